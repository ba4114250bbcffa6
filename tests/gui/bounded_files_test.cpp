// Files that do not say how long they are, as a FIFO: they are read up to the bound, and no further.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <QFile>
#include <QTemporaryDir>
#include <thread>

#include "console-gui/client/file_source.h"
#include "console-gui/report/pack_check.h"
#include "shared/mgmt/snapshot_writer.h"
#include "tests/gui/pump.h"
#include "tests/support/san_builder.h"

using namespace console;
using namespace test;
using testing::HasSubstr;

namespace {

// A FIFO out of which `text` comes.
class Fifo {
 public:
  explicit Fifo(std::string text) {
    EXPECT_EQ(mkfifo(path().toUtf8().constData(), 0600), 0);
    writer_ = std::thread([this, text = std::move(text)] {
      QFile out(path());
      if (out.open(QIODevice::WriteOnly)) out.write(text.data(), static_cast<qint64>(text.size()));
    });
  }
  ~Fifo() { writer_.join(); }
  [[nodiscard]] QString path() const { return folder_.filePath(QStringLiteral("fifo")); }

 private:
  QTemporaryDir folder_;
  std::thread writer_;
};

std::string snapshotOfOneHost() {
  SanBuilder san;
  san.host("web1", "iqn.2026-01.example:web1");
  return mgmt::snapshotText(san.done());
}

std::string whyRejected(const QString& path, qint64 most) {
  FileSource source(path, nullptr, most);
  source.start();
  EXPECT_TRUE(pumpUntil([&] { return source.status().state != LinkState::Snapshot; }));
  return source.snapshot() ? std::string() : source.status().why;
}

TEST(BoundedFiles, aSnapshotThatComesOutOfAFifoIsReadToItsEnd) {
  const std::string text = snapshotOfOneHost();
  const Fifo fifo(text);
  EXPECT_EQ(whyRejected(fifo.path(), static_cast<qint64>(text.size())), "");
}

TEST(BoundedFiles, aSnapshotIsNotReadBeyondTheBoundThoughItDoesNotSayHowLongItIs) {
  const std::string text = snapshotOfOneHost();
  const Fifo fifo(text);
  EXPECT_THAT(whyRejected(fifo.path(), static_cast<qint64>(text.size()) - 1), HasSubstr("It is larger than"));
}

TEST(BoundedFiles, aPackIsNotReadBeyondTheBoundThoughItDoesNotSayHowLongItIs) {
  {
    const Fifo fifo(std::string(1000, 'x'));
    EXPECT_EQ(checkPack(fifo.path(), {}, 1000).fault, QString());
  }
  const Fifo fifo(std::string(1001, 'x'));
  EXPECT_THAT(checkPack(fifo.path(), {}, 1000).fault.toStdString(), HasSubstr("larger than"));
}

}  // namespace
