// The fonts of the PDF, in the program itself: so a pack has the same bytes on every machine, and no file is read.
//
// DejaVu Sans, Bitstream Vera licence (free to use, embed and pass on). It has Latin, Greek, Cyrillic and more, and no
// Chinese, Japanese or Korean: such characters show as an empty box in the PDF; CSV and JSON have them.
#pragma once

#include "shared/base/bytes.h"

namespace manage {

base::ByteView regularFont();
base::ByteView boldFont();

}  // namespace manage
