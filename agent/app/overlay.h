// Overlay: what `sanctl agent` changed, laid over the configuration file, and the rule by which of the two holds.
//
// The administrator's file is never written. A change remembers what the file said of its object when it was made
// (`base`). As long as the file still says the same, the change holds; once the administrator has changed that object
// in the file, the file holds and the change is *superseded*: kept and shown, without effect, until another change of
// the object or `sanctl agent forget` takes it away. A change that does not fit what the file says elsewhere (it maps a
// unit that the file has lost) is superseded too. So a start never fails for a change. Pure values and functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/app/config.h"
#include "agent/app/setup_builder.h"

namespace agent {

struct Change {
  ObjectKind kind = ObjectKind::Unit;
  std::string key;
  bool removes = false;
  std::string base;       // digest() of the file's record when this was made; empty: it had none
  std::int64_t time = 0;  // seconds since 1970
  Record record;          // unless it removes
};

// One change an object.
struct Overlay {
  static constexpr std::size_t kMaxChanges = 16384;
  std::vector<Change> changes;

  [[nodiscard]] const Change* find(ObjectKind kind, std::string_view key) const;
  // In the place of an earlier change of that object.
  void put(Change change);
  bool forget(ObjectKind kind, std::string_view key);
};

// Of what a record says, wherever it stands.
std::string digest(ObjectKind kind, const Record& record);

enum class Standing : std::uint8_t {
  FromFile,
  Added,       // live, the file has no such object
  Changed,     // live, in the place of the file's
  Removed,     // live, the file still has it
  Superseded,  // a live change without effect: the file was changed since, or it does not fit
};
inline constexpr std::string_view kStandingWords[] = {"file", "added", "changed", "removed", "superseded"};
constexpr std::string_view wordOf(Standing standing) { return kStandingWords[static_cast<std::size_t>(standing)]; }

struct Held {
  ObjectKind kind = ObjectKind::Unit;
  std::string key;
  Standing standing = Standing::FromFile;
  std::string why;        // of Superseded
  std::int64_t time = 0;  // of the change
};

// Changes that shall not hold though the file says what it said, and why.
using Misfits = std::map<std::pair<ObjectKind, std::string>, std::string>;

struct Merged {
  Objects objects;         // what holds
  std::vector<Held> held;  // every object of the file, and every change
};

// A new rule of a target for one initiator comes before those of the file for any: the first that matches decides.
Merged merge(const Objects& file, const Overlay& overlay, const Misfits& misfits = {});

// What holds, with the setup.
struct Effective {
  Merged merged;
  target::Setup setup;
  Misfits misfits;
};
// Changes that do not fit become misfits.
// Fails only where the file alone is wrong, which parseConfig() has ruled out.
base::Result<Effective, ConfigErrors> effective(const Objects& file, const Overlay& overlay,
                                                const RuntimeConfig& runtime, const Identity& identity);

// The same for an overlay that a command has just made: misfits stay what they are, and anything else that does not fit
// is an error.
base::Result<Effective, ConfigErrors> proposed(const Objects& file, const Overlay& overlay,
                                               const RuntimeConfig& runtime, const Identity& identity,
                                               const Misfits& misfits);

}  // namespace agent
