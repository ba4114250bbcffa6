// What a management server tells its clients: a snapshot, or a change of a small one; and both as a stream of events.
//
// Rules: a refusal has a sentence; a snapshot that is taken is written and read again as the same; pieces of a stream
// make the events that the whole makes.
#include <string>
#include <vector>

#include "shared/base/json_reader.h"
#include "shared/mgmt/event_reader.h"
#include "shared/mgmt/snapshot_reader.h"
#include "shared/mgmt/snapshot_writer.h"
#include "shared/san/diff.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/san_builder.h"

namespace {

constexpr std::uint64_t kSeed = 7;

const san::Snapshot& smallSan() {
  static const san::Snapshot made = [] {
    test::SanBuilder builder;
    (void)builder.host("web1", "iqn.2026-01.example:web1");
    const san::Id disk = builder.target("iqn.2026-01.example:disk1");
    const san::Id unit = builder.unit("naa.6001", disk, 0);
    (void)builder.zone("zone1", {builder.nodeNamed("iqn.2026-01.example:web1"), disk});
    (void)builder.map({san::Kind::Node, builder.nodeNamed("iqn.2026-01.example:web1")}, disk, unit, 0);
    return *mgmt::readSnapshot(mgmt::snapshotText(builder.done()), kSeed);
  }();
  return made;
}

void taken(const base::Result<san::Snapshot>& snapshot) {
  if (!snapshot) return fuzz::check(!snapshot.error().text.empty(), "a refusal has a sentence");
  const auto again = mgmt::readSnapshot(mgmt::snapshotText(*snapshot), kSeed);
  fuzz::check(again.ok(), "what is written is read");
  fuzz::check(again->revision == snapshot->revision && san::diff(*snapshot, *again).objects.empty(), "as the same");
}

using Events = std::vector<std::pair<std::string, std::string>>;

Events eventsOf(std::string_view text, std::size_t piece) {
  Events events;
  mgmt::EventReader reader;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    (void)reader.take(text.substr(at, piece), [&](const std::string& name, const std::string& data) {
      events.emplace_back(name, data);
      return true;
    });
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  taken(mgmt::readSnapshot(text, kSeed));
  if (const auto json = base::parseJson(text)) taken(mgmt::readChange(smallSan(), *json));
  const Events whole = eventsOf(text, text.size() + 1);
  fuzz::check(eventsOf(text, 1) == whole && eventsOf(text, 7) == whole, "pieces make the events of the whole");
  return 0;
}
