// One TCP connection of iSCSI PDUs: what goes out is gathered and sent by one call, what comes in is taken apart in
// place.
//
// Data of a PDU is handed on in the pieces in which it comes, so that nothing is copied behind recv(). Digests are made
// and checked here, from the data unless it is known what they must be. Failures (the peer closed, a digest is wrong) are base::Status. One thread. RFC 7143 11.2.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "shared/base/result.h"
#include "shared/net/unique_fd.h"
#include "tests/bench/iscsi_load/digest.h"
#include "tests/bench/iscsi_load/pdu.h"

namespace bench::iscsi {

using Header = std::array<std::uint8_t, kHeaderSize>;

class Receiver {
 public:
  virtual base::Status onHeader(const std::uint8_t* header) = 0;
  // A piece of the data segment.
  virtual base::Status onData(std::span<const std::uint8_t> piece) = 0;
  // The digest that the data segment must have, where that is known; asked for behind onHeader().
  virtual std::optional<std::uint32_t> dataDigest() = 0;
  // The PDU is whole.
  virtual base::Status onEnd() = 0;

 protected:
  ~Receiver() = default;
};

class Wire {
 public:
  void open(net::UniqueFd fd) { fd_ = std::move(fd); }
  void close() { fd_ = net::UniqueFd(); }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool dataDigests() const { return dataDigest_; }
  void useDigests(bool header, bool data) { headerDigest_ = header, dataDigest_ = data; }

  // Queues a PDU; sets its data length. `data` must stay as it is until flush() has sent everything. `digest`: of the
  // data without padding, where it is known.
  void add(const Header& header, const std::uint8_t* data = nullptr, std::size_t size = 0,
           std::optional<std::uint32_t> digest = std::nullopt);
  // Sends what the socket takes.
  base::Status flush();
  [[nodiscard]] bool hasUnsent() const { return sentPieces_ < pieces_.size(); }

  [[nodiscard]] bool peerClosed() const { return peerClosed_; }

  // Reads once into `buffer` and hands on what came.
  base::Status read(std::span<std::uint8_t> buffer, Receiver& receiver);

 private:
  static constexpr std::size_t kChunk = 4096;  // bytes of headers that lie beside each other
  static constexpr std::size_t kTailMax = 3 + kDigestSize;

  std::uint8_t* room(std::size_t size);
  void addPiece(const std::uint8_t* data, std::size_t size);
  base::Status parse(std::span<const std::uint8_t> bytes, Receiver& receiver);
  base::Status begin(const std::uint8_t* header, Receiver& receiver);
  base::Status end(Receiver& receiver);

  net::UniqueFd fd_;
  bool headerDigest_ = false;
  bool dataDigest_ = false;

  std::vector<std::unique_ptr<std::array<std::uint8_t, kChunk>>> chunks_;
  std::size_t chunk_ = 0;  // the one in use, and the bytes used of it
  std::size_t chunkUsed_ = 0;
  std::vector<iovec> pieces_;
  std::size_t sentPieces_ = 0;

  std::array<std::uint8_t, kHeaderSize + kDigestSize> head_{};  // a header whose end is not here yet
  std::size_t headSize_ = 0;
  std::size_t dataLeft_ = 0;
  std::array<std::uint8_t, kTailMax> tail_{};  // padding and data digest
  std::size_t tailSize_ = 0;
  std::size_t tailWanted_ = 0;
  std::size_t padding_ = 0;
  std::optional<std::uint32_t> knownDigest_;
  std::uint32_t digest_ = kDigestStart;
  bool inPdu_ = false;
  bool peerClosed_ = false;
};

}  // namespace bench::iscsi
