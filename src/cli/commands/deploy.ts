import { deploy as deployModel, teardown as teardownModel } from "../../use/deploy.js";
import { parseTunedModel } from "../../use/parse-tuned-model.js";
import { addBackendOptions, type BackendFlags, needBackend } from "../backend-options.js";
import { type CliCommand, define, given, settingOf } from "../command.js";
import { EXIT } from "../exit-codes.js";
import { readJsonFile, writeJsonFile } from "../json-file.js";

interface DeployFlags extends BackendFlags {
  yes?: boolean;
  option?: Record<string, unknown>;
}

/** Makes a tuned model callable where that is billed by the hour. */
export const deploy: CliCommand = {
  register(program, run) {
    addBackendOptions(
      define(program, "deploy [tuned-model]", "make a tuned model callable, where that is billed by the hour"),
    )
      .option("--option <name=value>", "what the backend wants to know of a deployment; may be repeated", settingOf)
      .option("--yes", "start the deployment; without it only what is billed is printed")
      .action(
        run<[string | undefined], DeployFlags>(async (context, flags, path = "tuned-model.json") => {
          const tuned = parseTunedModel(await readJsonFile("tuned-model", path));
          if (tuned.deployment?.status === "required" && flags.yes !== true) {
            context.say(`${tuned.deployment.billed} Add --yes to start it.`);
            await context.print({ started: false, billed: tuned.deployment.billed }, []);
            return EXIT.unconfirmed;
          }
          const backend = await needBackend(context, {
            backend: tuned.backend,
            model: tuned.baseModel,
            ...backendFlags(flags),
          });
          const deployed = await deployModel(tuned, {
            ...flags.option,
            backend,
            signal: context.signal,
            onBilled: context.say,
          });
          await writeJsonFile("tuned-model", path, deployed);
          await context.print(deployed, [`${deployed.model} is ready.`]);
          return EXIT.ok;
        }),
      );
  },
};

/** Ends what `deploy` started. */
export const teardown: CliCommand = {
  register(program, run) {
    addBackendOptions(
      define(program, "teardown [tuned-model]", "end a deployment, so that it is billed no longer"),
    ).action(
      run<[string | undefined], DeployFlags>(async (context, flags, path = "tuned-model.json") => {
        const tuned = parseTunedModel(await readJsonFile("tuned-model", path));
        const backend = await needBackend(context, {
          backend: tuned.backend,
          model: tuned.baseModel,
          ...backendFlags(flags),
        });
        const ended = await teardownModel(tuned, { backend, signal: context.signal });
        await writeJsonFile("tuned-model", path, ended);
        await context.print(ended, [`The deployment of ${ended.model} has ended.`]);
      }),
    );
  },
};

/** Only what was given, so that the tuned model's own backend and model stay. */
function backendFlags({ backend, model, set }: BackendFlags): BackendFlags {
  return given({ backend, model, set });
}
