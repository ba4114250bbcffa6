// SHA-256 (FIPS 180-4) by OpenSSL, for checksums of files. Pure function, safe from any thread.
#pragma once

#include "shared/base/bytes.h"

namespace agent {

base::Bytes sha256(base::ByteView bytes);

}  // namespace agent
