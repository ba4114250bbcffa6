// saveWhole(): a file written whole or not at all: a full disk leaves what was there before, and no half file.
//
// Returns why it was not written, a sentence; empty: it is there, and on the disk. Blocks: large files off the UI thread.
#pragma once

#include <QByteArrayView>
#include <QString>

namespace console {

QString saveWhole(const QString& path, QByteArrayView bytes);

}  // namespace console
