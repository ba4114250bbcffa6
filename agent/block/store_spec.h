// StoreSpec: what holds the blocks of a logical unit, as a configuration writes it in one word.
//
//   memory:64M               memory of this process            (thin)
//   null:1T                  reads zeroes, forgets writes
//   file:/srv/vm.img         a regular file; the path is absolute
//   /dev/vg0/vm              a block device
//   iscsi://HOST[:PORT]/TARGET/LUN[?header_digest=crc32c&data_digest=crc32c]    a logical unit of another target
//   nbd://HOST[:PORT]/EXPORT, nbd+unix:///EXPORT?socket=/PATH                   an export of an NBD server
//
// Words may follow, each after a comma (a comma in a path is written twice):
//   block=512, block=4096    bytes of a logical block; else 512, or what the block device has
//                            (of what is reached over a network: refused where it has others)
//   readonly                 all kinds
//   direct, buffered         past or through the page cache; else files are buffered and block devices direct
//   thin, thick              whether blocks can be unmapped; else where that is possible
//   writethrough             every write is durable when it is done; else after a flush
//   user=NAME, secret=/PATH  of iscsi: CHAP; the file holds the secret (shared/net/secret_file.h)
//   target-user=NAME, target-secret=/PATH    the same of the target: mutual CHAP
// Sizes are bytes, or end in K, M, G, T or P (powers of 1024; "KiB" and so on mean the same).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "agent/block/open_file.h"

namespace block {

enum class StoreKind : std::uint8_t { Memory, Null, File, BlockDevice, Iscsi, Nbd };

// Reached over a network, so it may be away now and come later: DeviceOpener.
constexpr bool isRemote(StoreKind kind) { return kind >= StoreKind::Iscsi; }

// What proves one side to the other.
struct StoreCredential {
  std::string user;  // empty: none
  std::string secretFile;
};

struct StoreSpec {
  StoreKind kind = StoreKind::Memory;
  std::uint64_t size = 0;  // bytes; Memory and Null
  FileParameters file;     // File and BlockDevice; blockSize and readOnly for all
  bool writeThrough = false;
  std::string url;             // remote kinds: what stands before the first comma
  StoreCredential credential;  // Iscsi: of this side
  StoreCredential target;      // ... and of the target
};

// Whether the text names a remote kind, right or wrong otherwise.
bool isRemoteStore(std::string_view text);

// Strict: a word that is unknown, written twice, or does not suit is an Error that names it and what was meant perhaps.
// Touches nothing but the text.
base::Result<StoreSpec> parseStoreSpec(std::string_view text);

// Where the blocks are, whatever else the store's words say: the path of a file or block device; target and LUN, or the
// export, of what is behind a network, without the portal (a target's name is one in the world, RFC 7143 4.2.7.1),
// arguments and credentials. Empty: nowhere but in this process. Two devices that write to one place destroy each
// other's blocks.
std::string placeOf(const StoreSpec& spec);

// "64M" as bytes, 1 to 2^63 - 1.
base::Result<std::uint64_t> parseSize(std::string_view text);

}  // namespace block
