package tiler

// wide is the shape of most cameras, and of a tile without a picture.
var wide = shape{16, 9}

// commonShapes are what cameras and screens have.
var commonShapes = [...]shape{wide, {4, 3}, {16, 10}, {3, 2}, {1, 1}, {9, 16}, {3, 4}, {10, 16}, {2, 3}, {2, 1}, {21, 9}}
