// Files that the agent keeps: its changes, a unit's state, a secret. The first byte says which of them.
//
// Rules: what is read and written again is the same file; changes that were read hold or are superseded over any
// configuration, and never stop it; what is refused has a sentence. The checksum of changes is made right, so that what
// stands behind it is reached.
#include <string>

#include "agent/app/config_forms.h"
#include "agent/app/overlay_file.h"
#include "agent/app/state_files.h"
#include "shared/base/hex.h"
#include "shared/mgmt/fingerprint.h"
#include "shared/net/secret_file.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr std::string_view kConfig =
    "[[unit]]\nid = \"a\"\nstore = \"memory:1M\"\n[[target]]\nname = \"iqn.2024-01.org.example:t\"\n"
    "[[access]]\ntarget = \"iqn.2024-01.org.example:t\"\nluns = [\"0=a\"]\n";

void changes(std::string_view body) {
  // As a file of changes that was written so: title and checksum in front.
  const std::string empty = agent::writeOverlay({});
  const std::string title = empty.substr(0, empty.find('\n') + 1);
  const std::string file =
      title + "# sha256 " + base::hexText(mgmt::sha256(base::asBytes(body)).view()) + "\n" + std::string(body);
  const auto overlay = agent::readOverlay(file, "changes.toml");
  if (!overlay) return fuzz::check(!overlay.error().text.empty(), "a damaged file has a sentence");
  const std::string written = agent::writeOverlay(*overlay);
  const auto again = agent::readOverlay(written, "changes.toml");
  fuzz::check(again.ok(), "changes read back");
  fuzz::check(agent::writeOverlay(*again) == written, "and are the same");
  static const agent::Config config = agent::parseConfig(kConfig, "f").value();
  const auto effective = agent::effective(config.objects, *overlay, config.runtime, {});
  fuzz::check(effective.ok(), "no change stops the file from holding");
}

void state(base::ByteView bytes) {
  for (const auto kind : {scsi::StateKind::Reservations, scsi::StateKind::IdentifyingInformation}) {
    const auto image = agent::unpackState(kind, bytes);
    if (!image) continue;
    const base::Bytes again = agent::packState(kind, *image);
    fuzz::check(base::equal(again, bytes), "a state is one file");
  }
  const base::Bytes packed = agent::packState(scsi::StateKind::Reservations, bytes);
  const auto image = agent::unpackState(scsi::StateKind::Reservations, packed);
  fuzz::check(image.ok() && base::equal(*image, bytes), "what was packed is unpacked");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const base::ByteView rest(data + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      changes(base::asText(rest));
      break;
    case 1:
      state(rest);
      break;
    default:
      (void)net::parseSecret(base::Bytes(rest.begin(), rest.end()));
      break;
  }
  return 0;
}
