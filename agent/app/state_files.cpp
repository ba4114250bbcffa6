#include "agent/app/state_files.h"

#include "shared/base/hex.h"
#include "shared/mgmt/fingerprint.h"

namespace agent {
namespace {

constexpr std::string_view kTitle = "san-agent unit state 1 ";
constexpr std::size_t kMaxLine = 160;

std::string firstLine(scsi::StateKind kind, base::ByteView image) {
  return std::string(kTitle) + std::string(scsi::rowOf(kind).word) + " " + std::to_string(image.size()) + " " +
         base::hexText(mgmt::sha256(image).view()) + "\n";
}

}  // namespace

base::Bytes packState(scsi::StateKind kind, base::ByteView image) {
  base::Bytes file;
  base::append(file, base::asBytes(firstLine(kind, image)));
  base::append(file, image);
  return file;
}

base::Result<base::Bytes> unpackState(scsi::StateKind kind, base::ByteView file) {
  const std::string_view text = base::asText(file);
  const std::size_t end = text.substr(0, kMaxLine).find('\n');
  if (end == std::string_view::npos || !text.starts_with(kTitle)) return base::fail("it does not begin as such a file");
  const base::ByteView image = file.subspan(end + 1);
  if (text.substr(0, end + 1) != firstLine(kind, image)) return base::fail("its checksum or its length is wrong");
  return base::Bytes(image.begin(), image.end());
}

std::string StateFiles::pathOf(std::string_view unit, scsi::StateKind kind) const {
  return folder_ + "/" + std::string(unit) + "." + std::string(scsi::rowOf(kind).word);
}

base::Result<base::Bytes> StateFiles::load(std::string_view unit, scsi::StateKind kind) {
  worker_.flush();
  const std::string path = pathOf(unit, kind);
  const auto file = files::readFile(path, kMaxImage + kMaxLine);
  if (!file) return base::fail(file.error());
  if (!*file) return base::Bytes();
  auto image = unpackState(kind, **file);
  if (image) return image;
  return base::fail(
      "the state of the unit \"" + std::string(unit) + "\" in " + path + " is damaged: " + image.error().text +
      ". Bring it back from a backup, or remove it: then the unit has no " +
      std::string(scsi::rowOf(kind).name) + " any more.");
}

void StateFiles::save(std::string_view unit, scsi::StateKind kind, base::ByteView image, scsi::SaveRequest& request) {
  auto job = [path = pathOf(unit, kind), file = packState(kind, image), &calls = calls_]() -> base::Status {
    return files::replaceFile(path, file, files::kOwnersAlone, calls);
  };
  worker_.submit(std::move(job), [this, &request, name = std::string(unit)](const base::Status& status) {
    if (!status) failed_(name, status.error());
    request.done(status.ok());
  });
}

void StateFiles::remove(std::string_view unit) {
  for (const scsi::StateKindRow& row : scsi::kStateKinds) {
    worker_.submit([path = pathOf(unit, row.kind), &calls = calls_] { return files::removeFile(path, calls); },
                   [this, name = std::string(unit)](const base::Status& status) {
                     if (!status) failed_(name, status.error());
                   });
  }
}

}  // namespace agent
