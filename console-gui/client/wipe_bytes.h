// Bytes of Qt that are a secret, or may be: overwritten in place, for all who share them.
#pragma once

#include <QByteArray>

#include "shared/base/secret.h"

namespace console {

// Not by fill(), which would make a copy of bytes that are shared, and overwrite that.
inline void wipeBytes(const QByteArray& bytes) {
  auto* first = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.constData()));
  base::wipe({first, static_cast<std::size_t>(bytes.size())});
}

}  // namespace console
