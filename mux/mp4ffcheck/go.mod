module github.com/callrec/callrec/mux/mp4ffcheck

go 1.26.0

require (
	github.com/Eyevinn/mp4ff v0.56.0
	github.com/callrec/callrec v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/abema/go-mp4 v1.7.1 // indirect
	github.com/google/uuid v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace github.com/callrec/callrec => ../..
