// NbdNegotiation: the server's end of NBD's fixed newstyle handshake, from its first word to the transmission.
//
// Sans-io: bytes in by onBytes(), bytes out by takeOutput(). One export, named by the offer or by nothing. Known are
// NBD_OPT_EXPORT_NAME, ABORT, LIST, INFO, GO and STRUCTURED_REPLY; others get NBD_REP_ERR_UNSUP, TLS and metadata
// contexts among them. A client that does not ask for block sizes is refused where they are above 512 bytes, since
// nothing tells it to keep to them. What can be answered gets an error reply; what cannot, ends the handshake with a
// sentence in fault(). Time is the driver's.
//
// Bounds: kMaxOption bytes of an option are kept (a longer one is skipped and gets NBD_REP_ERR_TOO_BIG), kMaxOptions
// options, so some hundred KiB of output. doc/proto.md, "Fixed newstyle negotiation", "Option types".
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "agent/attach/nbd_offer.h"
#include "shared/base/bytes.h"

namespace attach {

class NbdNegotiation {
 public:
  static constexpr std::size_t kMaxOption = 2 * nbd::kMaxString;
  static constexpr unsigned kMaxOptions = 64;

  enum class State : std::uint8_t { Running, Ready, Ended };

  // The offer is borrowed.
  explicit NbdNegotiation(const NbdOffer& offer);

  // Returns how many bytes were used: all, unless the state is another one now.
  std::size_t onBytes(base::ByteView bytes);
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] base::Bytes takeOutput() { return std::exchange(output_, {}); }

  [[nodiscard]] bool structured() const { return structured_; }        // with Ready
  [[nodiscard]] const std::string& fault() const { return fault_; }    // with Ended; empty: the client wished so

 private:
  enum class Step : std::uint8_t { Flags, Head, Data, Skip };
  struct Wish {  // of NBD_OPT_INFO and NBD_OPT_GO
    std::string_view name;
    bool blockSize = false;
    bool description = false;
  };

  void expect(Step step, std::size_t size);
  void clientFlags(base::ByteView bytes);
  void head(base::ByteView bytes);
  void option(base::ByteView data);
  void exportName(base::ByteView name);
  void list(base::ByteView data);
  void infoOrGo(base::ByteView data);
  static bool parse(base::ByteView data, Wish& wish);
  void tell(const Wish& wish);
  [[nodiscard]] bool isOurs(std::string_view name) const { return name.empty() || name == offer_.name; }
  [[nodiscard]] std::uint16_t flags() const;
  void reply(std::uint32_t type, base::ByteView data = {});
  void refuse(nbd::OptionError error, std::string_view why);
  void end(std::string fault);

  const NbdOffer& offer_;
  State state_ = State::Running;
  Step step_ = Step::Flags;
  std::size_t needed_ = 4;  // bytes of what is awaited
  base::Bytes input_;       // of them, those that are here; not of what is skipped
  base::Bytes output_;
  nbd::Option option_ = nbd::Option::Abort;  // whose data is awaited
  unsigned options_ = 0;
  bool fixed_ = false;
  bool noZeroes_ = false;
  bool structured_ = false;
  std::string fault_;
};

}  // namespace attach
