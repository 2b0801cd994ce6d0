#!/usr/bin/env bash
# Drives a recording service with curl through the API of 2021, without an access key:
#
#   curl-2021.sh ENDPOINT CONVERSATIONID EVENTS OUTFILE
#
# EVENTS is a URL that answers with the documentId of the recording's file once the service has told it.
set -euo pipefail
endpoint=$1 conversation=$2 events=$3 out=$4
recordings=$endpoint/conversations/$conversation
json() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
call() { curl -fsS -m 30 -H 'Content-Type: application/json' -X "$1" "$2" -d "${3:-{\}}"; }

id=$(call POST "$recordings/Recordings" '{"operationContext":"curl"}' | json recordingId)
[ "$(call GET "$recordings/recordings/$id" | json recordingState)" = active ]
sleep 2
call POST "$recordings/recordings/$id/Pause" '{"operationContext":"curl"}' >/dev/null
[ "$(call GET "$recordings/recordings/$id" | json recordingState)" = inactive ]
sleep 2
call POST "$recordings/recordings/$id/Resume" >/dev/null
[ "$(call GET "$recordings/recordings/$id" | json recordingState)" = active ]
sleep 2
call DELETE "$recordings/recordings/$id" >/dev/null
[ "$(curl -sS -m 30 -o /dev/null -w '%{http_code}' "$recordings/recordings/$id")" = 404 ]

document=
for _ in $(seq 300); do
  document=$(curl -fsS -m 5 "$events?recording=$id" || true)
  [ -n "$document" ] && break
  sleep 0.1
done
curl -fsS -m 60 -o "$out" "$endpoint/recording/download/$document"
curl -fsS -m 30 "$endpoint/recording/download/$document/metadata" | json chunkDocumentId
