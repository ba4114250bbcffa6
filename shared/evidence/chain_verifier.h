// ChainVerifier: checks an audit log record by record and names what is wrong with which one.
//
// Records come in the order of the log, each with the hash that stands beside it; a checkpoint comes behind the record
// that it vouches for, before kRecent others. What is found: a changed record or hash, records that are missing,
// doubled or out of order, a history written anew behind a checkpoint, a wrong signature, an unknown or retired key. It
// goes on after a fault, so that one changed byte is one fault and the records behind it are still checked.
//
// A part of a log that begins behind record N says nothing of the records up to N, nor of a break that they tell of:
// "part" is the best that is said of it, where nobody gives the head N as one that was seen before.
//
// What it cannot see by itself: records cut off at the end, with the checkpoints that vouched for them. A head that was
// seen before (in an evidence pack, a checkpoint) shows them: the log has to hold that record, with that hash. Heads
// are given to expect() before the records, or the newest of all to finish(). Records behind the last checkpoint are
// linked and not yet vouched for; the report says from where (`signedUpTo`).
//
// Which signatures count: those of the trusted fingerprints, and of keys that the log itself handed over to under a
// checkpoint of a trusted key (audit_chain.h). Earlier keys of the log need not be trusted where a trusted one has
// signed later. Where nobody said whom to trust, the log is held to the key of its first checkpoint: then it is intact
// at best, since anyone can sign with a key of his own. A clock that goes back is told, and is no fault: the sequence
// decides.
//
// One owner, no thread of its own; pure. Memory: bounded by kMaxFaults, 1,000 ranges of missing records and the keys.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "shared/evidence/told_breaks.h"

namespace evidence {

enum class ChainFaultKind : std::uint8_t {
  Changed,         // the record or its hash is not what was written
  Missing,         // from `sequence` to `last`
  OutOfOrder,      // it stands behind a later one
  Duplicate,       // its number was there before
  Rewritten,       // some record from `sequence` to `last` was changed together with all hashes behind it
  WrongSignature,  // of the checkpoint behind record `sequence`
  UnknownKey,      // a checkpoint's key is not trusted
  RetiredKey,      // a checkpoint's key had been replaced before
  Misplaced,       // a checkpoint does not stand behind its record
  Unreadable,      // what stands there is no record (audit_lines.h)
  NotCovered,      // a head that was given lies before the first record
};
inline constexpr std::string_view kChainFaultWords[] = {"changed",   "missing",         "out of order", "duplicate",
                                                        "rewritten", "wrong signature", "unknown key",  "retired key",
                                                        "misplaced", "unreadable",      "not covered"};

struct ChainFault {
  ChainFaultKind kind;
  std::uint64_t sequence = 0;
  std::uint64_t last = 0;  // of a range; else as `sequence`
  std::string text;        // a sentence for a person
};

struct LogHead {
  std::uint64_t sequence = 0;
  Digest hash{};
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

enum class LogVerdict : std::uint8_t {
  Verified,       // intact, and signed by a trusted key, perhaps but for its end
  SignerUnknown,  // intact and signed, and nobody said whom to trust
  Unsigned,       // no checkpoint vouches for any record, or there is no record
  Part,           // intact and signed by a trusted key, and what was before its first record is not shown
  Broken,         // intact and signed, and it says of itself that it was broken, which nobody has answered
  Damaged,        // something is at fault
};
inline constexpr std::string_view kLogVerdictWords[] = {"verified", "signer-unknown", "unsigned",
                                                        "part",     "broken",         "damaged"};

struct ChainReport {
  static constexpr std::size_t kMaxFaults = 100;
  static constexpr std::size_t kMaxClockJumps = 100;

  std::vector<ChainFault> faults;  // the first of them
  std::uint64_t faultCount = 0;
  std::uint64_t records = 0;
  LogHead start;                         // the record before the first; of a whole log number 0 and the genesis
  bool startSeen = false;                // it is a head that was seen before
  LogHead head;                          // of the last record in order
  std::uint64_t signedUpTo = 0;          // the last record under a checkpoint that counts
  std::optional<Fingerprint> signer;     // the key of that checkpoint
  bool signerExpected = false;           // somebody said whom to trust
  std::uint64_t continues = 0;           // the newest expected head that the log holds; 0: none
  std::vector<std::uint64_t> clockBack;  // the first records whose time is before that of the one before
  std::uint64_t clockBackCount = 0;
  Breaks told;  // what the log says of itself

  // As it stands there.
  [[nodiscard]] bool intact() const { return faultCount == 0; }
  [[nodiscard]] bool isPart() const { return start.sequence != 0; }
  [[nodiscard]] LogVerdict verdict() const;
};

// Where a part of a log begins: the number of the last record before it, and its hash.
struct ChainStart {
  std::uint64_t sequence = 0;
  Digest hash{};
};

// "record 7", "records 7 to 9".
std::string rangeText(std::uint64_t first, std::uint64_t last);

class ChainVerifier {
 public:
  ChainVerifier(const ChainStart& start, std::span<const Fingerprint> trusted);
  // A log from its first record on.
  ChainVerifier(std::string_view serverId, std::span<const Fingerprint> trusted)
      : ChainVerifier(ChainStart{0, genesisHash(serverId)}, trusted) {}

  // A head that was seen before; before the first record.
  void expect(const LogHead& head);
  void record(const ops::AuditRecord& record, const Digest& hash);
  void checkpoint(const AuditCheckpoint& checkpoint);
  // Something stands there that is neither; the next record's number tells whether a record was lost with it.
  void unreadable(std::string text);
  ChainReport finish(std::optional<LogHead> expected = std::nullopt);
  [[nodiscard]] std::uint64_t lastSequence() const { return last_; }

 private:
  struct Recent {
    std::uint64_t sequence;
    Digest stored;    // the hash as it stands there,
    Digest computed;  // and as it should stand there
  };
  struct Range {
    std::uint64_t first;
    std::uint64_t last;
  };
  struct Rotation {
    std::uint64_t sequence;
    Fingerprint previous;
    Fingerprint next;
  };
  static constexpr std::size_t kMaxRanges = 1000;
  static constexpr std::size_t kRecent = 64;

  void addFault(ChainFaultKind kind, std::uint64_t sequence, std::uint64_t last, std::string text);
  void checkExpected();
  void finishExpected(const LogHead& head);
  bool takeRenumbered(const ops::AuditRecord& record, const Digest& hash);
  void settleUnreadable(std::uint64_t next);
  void takeEarlier(std::uint64_t sequence);
  void takeLater(std::uint64_t sequence);
  void checkLink(const ops::AuditRecord& record, const Digest& hash);
  void noteRotation(const ops::AuditRecord& record);
  bool isTrusted(const AuditCheckpoint& checkpoint, const Fingerprint& key);
  void acceptTrusted(const AuditCheckpoint& checkpoint, const Fingerprint& key);
  void remember(const Recent& one);
  [[nodiscard]] const Recent* recent(std::uint64_t sequence) const;
  [[nodiscard]] bool isMissing(std::uint64_t sequence) const;

  std::uint64_t last_;  // number of the last record in order
  Digest stored_;       // its hash as it stands there,
  Digest computed_;     // and as it should stand there
  bool known_ = true;   // false behind a gap: the link of the next record cannot be checked
  base::WallTime lastTime_{};
  bool first_ = true;
  std::deque<Recent> recent_;
  std::uint64_t faultsUpTo_ = 0;  // a record up to here is at fault by itself: a checkpoint behind adds no other
  std::uint64_t unreadable_ = 0;  // how many stand behind the last record, and what the first of them is
  std::string unreadableText_;
  std::vector<Range> missing_;
  std::set<Fingerprint> trusted_;
  std::map<std::uint64_t, Digest> expected_;      // that the log has not come to
  std::map<Fingerprint, std::uint64_t> retired_;  // key: the record that ended it
  std::optional<Rotation> rotation_;              // that no checkpoint of its previous key has confirmed
  std::set<Fingerprint> earlier_;                 // keys that the log names as replaced
  std::vector<std::pair<std::uint64_t, Fingerprint>> unknown_;
  ToldBreaks told_;
  ChainReport report_;
};

}  // namespace evidence
