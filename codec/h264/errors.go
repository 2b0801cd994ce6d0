package h264

import "errors"

// ErrConfig is wrapped by the errors of NewEncoder and NewDecoder when a field of the configuration is out of its range.
var ErrConfig = errors.New("h264: bad configuration")

// ErrPicture is wrapped by the error of Encode when the picture is not 4:2:0 or not of the configured size. The
// encoder's state is unchanged.
var ErrPicture = errors.New("h264: unsuitable picture")

// ErrRedo is returned by Encode when it is asked to redo a picture and none was encoded yet. The encoder's state is
// unchanged.
var ErrRedo = errors.New("h264: no picture to redo")
