// Package conformance checks the control API against its description in docs/openapi: every request of the handlers'
// tests that was served has to be a valid one, and every answer one that is described. It is a module of its own, so
// that who uses callrec does not fetch what reads OpenAPI documents.
package conformance
