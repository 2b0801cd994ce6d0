package tiler

// conversions holds what each Color but BT.709 limited needs. A row is the product of three: the inverse of the source's
// matrix (ITU-R BT.601-7 and BT.709-6, 2.5 and item 3), the matrix of BT.709, and the scales of both ranges (219 and 224
// steps against 255). All are multiples of weightGrain.
var conversions = map[Color]conversion{
	{}:                             {65536, -7572, -13628, 66756, 7512, 4920, 67196},
	{FullRange: true}:              {56284, -6652, -11972, 58640, 6600, 4320, 59028},
	{FullRange: true, BT709: true}: {56284, 0, 0, 57568, 0, 0, 57568},
}
