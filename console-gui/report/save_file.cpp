#include "console-gui/report/save_file.h"

#include <QSaveFile>

#include "console-gui/client/tr.h"

namespace console {

QString saveWhole(const QString& path, QByteArrayView bytes) {
  QSaveFile file(path);
  const bool saved =
      file.open(QIODevice::WriteOnly) && file.write(bytes.data(), bytes.size()) == bytes.size() && file.commit();
  return saved ? QString() : tr("%1. The file that was there before is untouched.").arg(file.errorString());
}

}  // namespace console
