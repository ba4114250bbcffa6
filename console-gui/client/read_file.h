// A file as it is, whole, up to a bound: also one that does not say how long it is (a FIFO, a file of the kernel's).
#pragma once

#include <QIODevice>
#include <algorithm>
#include <optional>

namespace console {

// Nothing: it is longer than `most` bytes. What could not be read is in the device's error.
inline std::optional<QByteArray> readAtMost(QIODevice& file, qint64 most) {
  constexpr qint64 kPiece = qint64{1} << 20;
  if (file.size() > most) return std::nullopt;
  QByteArray bytes;
  bytes.reserve(static_cast<qsizetype>(file.size()));
  while (true) {
    const QByteArray piece = file.read(std::min(kPiece, most + 1 - bytes.size()));
    if (piece.isEmpty()) return bytes;
    bytes += piece;
    if (bytes.size() > most) return std::nullopt;
  }
}

}  // namespace console
