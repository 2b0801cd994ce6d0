// Drives a recording service with the official JavaScript client, unmodified:
//
//   node run.mjs VERSION ENDPOINT ACCESSKEY SERVERCALLID EVENTS OUTFILE
//
// EVENTS is a URL that answers with the location of the recording's file once the service has told it. "-" leaves the
// download out. One line of JSON says what each step came to; the exit status is 0 if all went as expected.
import { setTimeout as sleep } from "node:timers/promises";
import { statSync } from "node:fs";

const [version, endpoint, accessKey, serverCallId, events, outFile] = process.argv.slice(2);
const { CallAutomationClient } = await import(`acs-${version}`);

// The client's download request ignores allowInsecureConnection, so over plain http a policy has to say it once more.
const insecure = {
  name: "insecure",
  sendRequest(request, next) {
    request.allowInsecureConnection = true;
    return next(request);
  },
};
const client = new CallAutomationClient(`endpoint=${endpoint};accesskey=${accessKey}`, {
  allowInsecureConnection: true,
  additionalPolicies: [{ position: "perCall", policy: insecure }],
  retryOptions: { maxRetries: 0 },
});
const recording = client.getCallRecording();
const steps = {};
const times = {}; // of each step, in milliseconds: [before, after]

async function step(name, work) {
  const before = Date.now();
  try {
    steps[name] = (await work()) ?? "ok";
    times[name] = [before, Date.now()];
  } catch (e) {
    steps[name] = `FAILED: ${e.statusCode ?? ""} ${e.code ?? ""} ${e.message ?? JSON.stringify(e)}`;
    console.log(JSON.stringify({ steps }));
    process.exit(1);
  }
}

const expect = (name, got, want) => {
  if (got !== want) throw new Error(`${name} is ${got}, not ${want}`);
  return got;
};

let id;
await step("start", async () => {
  const r = await recording.start({
    callLocator: { id: serverCallId, kind: "serverCallLocator" },
    recordingContent: "audioVideo",
    recordingChannel: "mixed",
    recordingFormat: "mp4",
    recordingStateCallbackEndpointUrl: process.env.CALLBACK || undefined,
  });
  id = r.recordingId;
  return expect("state", r.recordingState, "active");
});
const state = (want) => async () => expect("state", (await recording.getState(id)).recordingState, want);
await step("state", state("active"));
await sleep(3000);
await step("pause", () => recording.pause(id));
await step("state paused", state("inactive"));
await sleep(3000);
await step("resume", () => recording.resume(id));
await step("state resumed", state("active"));
await sleep(3000);
await step("stop", () => recording.stop(id));
await step("state stopped", async () => {
  const e = await recording.getState(id).then(() => undefined, (error) => error);
  return expect("status", e?.statusCode, 404) && expect("code", e?.code, "8522");
});

if (events !== "-") {
  let location = "";
  await step("event", async () => {
    for (let i = 0; i < 300 && !location; i++, await sleep(100)) {
      const r = await fetch(`${events}?recording=${id}`);
      location = r.ok ? (await r.text()).trim() : "";
    }
    if (!location) throw new Error("no event");
  });
  await step("download", async () => {
    await recording.downloadToPath(location, outFile);
    return statSync(outFile).size;
  });
  await step("download part", async () => {
    const stream = await recording.downloadStreaming(location, { offset: 4, length: 4 });
    let text = "";
    for await (const chunk of stream) text += chunk;
    return expect("bytes 4 to 7", text, "ftyp");
  });
  await step("metadata", async () => {
    const stream = await recording.downloadStreaming(location.replace("/content/video", "/content/acsmetadata"));
    let text = "";
    for await (const chunk of stream) text += chunk;
    return JSON.parse(text).pauseResumeIntervals.map((p) => p.duration);
  });
  await step("delete", () => recording.delete(location.replace("/content/video", "")));
  await step("download deleted", async () => {
    const e = await recording.downloadStreaming(location).then(() => undefined, (error) => error);
    return expect("status", e?.status, 404);
  });
}
console.log(JSON.stringify({ steps, times }));
