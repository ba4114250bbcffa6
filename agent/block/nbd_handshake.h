// NbdHandshake: the client's end of NBD's fixed newstyle negotiation, from the server's first byte to its transmission.
//
// Sans-io: bytes in by onBytes(), bytes out by takeOutput(). It asks for structured replies, then for the export by
// NBD_OPT_GO with its size constraints; where the server does not know that, or speaks no fixed newstyle, by
// NBD_OPT_EXPORT_NAME. What breaks the rules ends in Failed with a sentence. Left out: TLS, metadata contexts.
// Bounds: kMaxReply bytes kept of what was received, kMaxReplies replies to an option. doc/proto.md, "Handshake".
#pragma once

#include <string>

#include "agent/nbd/protocol.h"
#include "shared/base/bytes.h"
#include "shared/base/result.h"

namespace block {

// What the server said of its export.
struct NbdExport {
  std::uint64_t size = 0;                            // bytes
  std::uint16_t flags = 0;                           // nbd::kHasFlags and those behind it
  bool structured = false;                           // replies are structured
  std::uint32_t minimum = nbd::kDefaultMinimum;      // bytes; offsets and lengths are multiples
  std::uint32_t preferred = nbd::kDefaultPreferred;  // bytes
  std::uint32_t maximum = nbd::kDefaultMaximum;      // bytes of a payload; at most this however much the server takes

  [[nodiscard]] bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
  friend bool operator==(const NbdExport&, const NbdExport&) = default;
};

class NbdHandshake {
 public:
  static constexpr std::size_t kMaxReply = 2 * nbd::kMaxString;
  static constexpr unsigned kMaxReplies = 64;

  enum class State : std::uint8_t { Running, Ready, Failed };

  explicit NbdHandshake(std::string exportName) : name_(std::move(exportName)) {}

  // Returns how many bytes were used: all, unless the state is another one now.
  std::size_t onBytes(base::ByteView bytes);
  [[nodiscard]] State state() const { return state_; }
  // What is to be sent now; also when it has failed, where the rules ask for a word of farewell.
  [[nodiscard]] base::Bytes takeOutput() { return std::exchange(output_, {}); }

  [[nodiscard]] const NbdExport& exported() const { return export_; }    // with Ready
  [[nodiscard]] const std::string& failure() const { return failure_; }  // with Failed
  // What it means that the server closes the connection now.
  [[nodiscard]] std::string whyClosed() const;

 private:
  enum class Step : std::uint8_t { Greeting, StructuredReply, Go, ExportName };

  void greeting(base::ByteView bytes);
  void sendOption(nbd::Option option, base::ByteView data);
  void sendGo();
  void sendExportName();
  void optionReply(base::ByteView bytes);
  void structuredReplied(std::uint32_t reply, base::ByteView data);
  void goReplied(std::uint32_t reply, base::ByteView data);
  void info(base::ByteView data);
  void blockSize(base::ByteReader& reader);
  void exportReplied(base::ByteView bytes);
  void refused(std::uint32_t reply, base::ByteView message);
  void takeExport(std::uint64_t size, std::uint16_t flags);
  void ready();
  void fail(std::string why, bool farewell = false);
  void expect(Step step, std::size_t size);

  const std::string name_;
  State state_ = State::Running;
  Step step_ = Step::Greeting;
  bool head_ = true;         // of an option reply
  std::size_t needed_ = 18;  // bytes of what is awaited
  base::Bytes input_;        // of them, those that are here
  base::Bytes output_;
  std::uint32_t reply_ = 0;  // type of the option reply whose data is awaited
  unsigned replies_ = 0;
  bool noZeroes_ = false;
  bool exportTold_ = false;
  NbdExport export_;
  std::string failure_;
};

}  // namespace block
