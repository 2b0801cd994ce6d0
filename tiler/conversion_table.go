package tiler

// conversions holds what each Color but BT.709 limited needs. A row is the product of three: the inverse of the source's
// matrix (ITU-R BT.601-7 and BT.709-6, 2.5 and item 3), the matrix of BT.709, and the scales of both ranges (219 and 224
// steps against 255).
var conversions = map[Color]conversion{
	{}:                             {65536, -7573, -13627, 66758, 7512, 4918, 67196},
	{FullRange: true}:              {56284, -6652, -11971, 58642, 6598, 4321, 59027},
	{FullRange: true, BT709: true}: {56284, 0, 0, 57569, 0, 0, 57569},
}
