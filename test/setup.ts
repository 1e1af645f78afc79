import { shortenPauses } from "langsmith-finetune/testing";

// What is tried again after a failure would otherwise wait for seconds.
shortenPauses(5);
