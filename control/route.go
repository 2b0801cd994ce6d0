package control

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// routeOp is what a request is for.
type routeOp uint8

const (
	opUnknown routeOp = iota
	opStart
	opState
	opPauseRequest
	opResumeRequest
	opStopRequest
	opResult
	opDownload
	opMetadata
	opDelete
)

// String is the name for the log.
func (o routeOp) String() string {
	return [...]string{"unknown", "start", "state", "pause", "resume", "stop", "result", "download", "metadata", "delete"}[o]
}

// handlerFunc answers a request, or returns an error that is to be its answer.
type handlerFunc func(*service, *exchange) error

// route is what the target of a request stands for.
type route struct {
	generation Generation
	resource   resource
	op         routeOp // known with the method
	// What the target names, decoded. Nothing is known about it but that it is not empty.
	conversation, recording, document string
}

// resource is a kind of target.
type resource uint8

const (
	recordings2021 resource = iota // /conversations/{conversation}/recordings
	recording2021                  // …/{recording}
	pause2021                      // …/pause
	resume2021                     // …/resume
	file2021                       // /recording/download/{document}
	fileMetadata2021
	recordings      // /calling/recordings
	recordingByID   // …/{recording}
	recordingPause  // …/{recording}:pause
	recordingResume // …/{recording}:resume
	recordingResult // …/{recording}/result
	object          // /v1/objects/{document}
	objectContent   // …/content/video
	objectMetadata  // …/content/acsmetadata
	objectDelete    // …/content/deletedata
)

// The paths of files, as they are made for locations.
const (
	objectsPath  = "/v1/objects/"
	contentPath  = "/content/video"
	metadataPath = "/content/acsmetadata"
)

// method is what a resource does for a method of HTTP.
type method struct {
	op     routeOp
	handle handlerFunc
}

// methods are those of a resource.
func (r resource) methods() map[string]method {
	return map[resource]map[string]method{
		recordings2021:   {http.MethodPost: {opStart, start2021}},
		recording2021:    {http.MethodGet: {opState, state2021}, http.MethodDelete: {opStopRequest, stop2021}},
		pause2021:        {http.MethodPost: {opPauseRequest, change2021}},
		resume2021:       {http.MethodPost: {opResumeRequest, change2021}},
		file2021:         {http.MethodGet: {opDownload, download}, http.MethodHead: {opDownload, download}},
		fileMetadata2021: {http.MethodGet: {opMetadata, download}, http.MethodHead: {opMetadata, download}},
		recordings:       {http.MethodPost: {opStart, start}},
		recordingByID:    {http.MethodGet: {opState, state}, http.MethodDelete: {opStopRequest, stop}},
		recordingPause:   {http.MethodPost: {opPauseRequest, change}},
		recordingResume:  {http.MethodPost: {opResumeRequest, change}},
		recordingResult:  {http.MethodGet: {opResult, result}},
		object:           {http.MethodDelete: {opDelete, deleteDocument}},
		objectContent:    {http.MethodGet: {opDownload, download}, http.MethodHead: {opDownload, download}},
		objectMetadata:   {http.MethodGet: {opMetadata, download}, http.MethodHead: {opMetadata, download}},
		objectDelete:     {http.MethodDelete: {opDelete, deleteDocument}},
	}[r]
}

func (r *route) handler(name string) handlerFunc { return r.resource.methods()[name].handle }

// allowed is the value of the header Allow.
func (r *route) allowed() string {
	return strings.Join(slices.Sorted(maps.Keys(r.resource.methods())), ", ")
}

// content says that the route is for files, whose requests are signed in another way.
func (r *route) content() bool {
	switch r.resource {
	case file2021, fileMetadata2021, object, objectContent, objectMetadata, objectDelete:
		return true
	}
	return false
}

// routeOf finds out what a request is for. Literal segments are read in any case: both spellings of some are official.
func routeOf(r *http.Request) (route, bool) {
	segments := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	names := make([]string, len(segments))
	for i, s := range segments {
		decoded, err := url.PathUnescape(s)
		if err != nil || decoded == "" {
			return route{}, false
		}
		names[i], segments[i] = decoded, strings.ToLower(s)
	}
	for _, match := range []func(literal, names []string) (route, bool){matchCurrent, match2021, matchObject} {
		if found, ok := match(segments, names); ok {
			found.op = found.resource.methods()[r.Method].op
			return found, true
		}
	}
	return route{}, false
}

// matchCurrent matches what begins with /calling/recordings.
func matchCurrent(literal, names []string) (route, bool) {
	r := route{generation: GenerationCurrent}
	if len(literal) < 2 || literal[0] != "calling" || literal[1] != "recordings" {
		return r, false
	}
	switch {
	case len(literal) == 2:
		r.resource = recordings
		return r, true
	case len(literal) == 4 && literal[3] == "result":
		r.resource, r.recording = recordingResult, names[2]
		return r, true
	case len(literal) != 3:
		return r, false
	}
	r.resource, r.recording = recordingByID, names[2]
	if colon := strings.LastIndexByte(names[2], ':'); colon > 0 {
		switch strings.ToLower(names[2][colon:]) {
		case ":pause":
			r.resource = recordingPause
		case ":resume":
			r.resource = recordingResume
		default:
			return r, false
		}
		r.recording = names[2][:colon]
	}
	return r, true
}

// match2021 matches the routes of 2021, with or without /calling.
func match2021(literal, names []string) (route, bool) {
	r := route{generation: Generation2021}
	if literal[0] == "calling" {
		literal, names = literal[1:], names[1:]
	}
	if len(literal) >= 3 && literal[0] == "recording" && literal[1] == "download" {
		r.resource, r.document = file2021, names[2]
		if len(literal) == 4 && literal[3] == "metadata" {
			r.resource = fileMetadata2021
		}
		return r, len(literal) == 3 || r.resource == fileMetadata2021
	}
	if len(literal) < 3 || literal[0] != "conversations" || literal[2] != "recordings" {
		return r, false
	}
	r.resource, r.conversation = recordings2021, names[1]
	if len(literal) > 3 {
		r.resource, r.recording = recording2021, names[3]
	}
	switch {
	case len(literal) <= 4:
		return r, true
	case len(literal) == 5 && literal[4] == "pause":
		r.resource = pause2021
		return r, true
	case len(literal) == 5 && literal[4] == "resume":
		r.resource = resume2021
		return r, true
	}
	return r, false
}

// matchObject matches the locations of files.
func matchObject(literal, names []string) (route, bool) {
	r := route{generation: GenerationCurrent}
	if len(literal) < 3 || literal[0] != "v1" || literal[1] != "objects" {
		return r, false
	}
	r.document = names[2]
	switch strings.Join(literal[3:], "/") {
	case "":
		r.resource = object
	case "content/video":
		r.resource = objectContent
	case "content/acsmetadata":
		r.resource = objectMetadata
	case "content/deletedata":
		r.resource = objectDelete
	default:
		return r, false
	}
	return r, true
}
