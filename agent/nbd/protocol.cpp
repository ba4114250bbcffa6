#include "agent/nbd/protocol.h"

#include <iterator>

namespace nbd {
namespace {

using scsi::IoResult;

struct OptionRow {
  Option option;
  const char* name;
};
constexpr OptionRow kOptions[] = {
    {Option::ExportName, "NBD_OPT_EXPORT_NAME"},
    {Option::Abort, "NBD_OPT_ABORT"},
    {Option::List, "NBD_OPT_LIST"},
    {Option::StartTls, "NBD_OPT_STARTTLS"},
    {Option::Info, "NBD_OPT_INFO"},
    {Option::Go, "NBD_OPT_GO"},
    {Option::StructuredReply, "NBD_OPT_STRUCTURED_REPLY"},
};

struct ReplyRow {
  std::uint32_t reply;
  const char* name;
};
constexpr std::uint32_t of(OptionError error) { return static_cast<std::uint32_t>(error); }
constexpr ReplyRow kReplies[] = {
    {kReplyAck, "NBD_REP_ACK"},
    {kReplyServer, "NBD_REP_SERVER"},
    {kReplyInfo, "NBD_REP_INFO"},
    {of(OptionError::Unsupported), "NBD_REP_ERR_UNSUP"},
    {of(OptionError::Policy), "NBD_REP_ERR_POLICY"},
    {of(OptionError::Invalid), "NBD_REP_ERR_INVALID"},
    {of(OptionError::Platform), "NBD_REP_ERR_PLATFORM"},
    {of(OptionError::TlsRequired), "NBD_REP_ERR_TLS_REQD"},
    {of(OptionError::Unknown), "NBD_REP_ERR_UNKNOWN"},
    {of(OptionError::Shutdown), "NBD_REP_ERR_SHUTDOWN"},
    {of(OptionError::BlockSizeRequired), "NBD_REP_ERR_BLOCK_SIZE_REQD"},
    {of(OptionError::TooBig), "NBD_REP_ERR_TOO_BIG"},
};
static_assert(of(OptionError::TooBig) == kReplyErrorBit + 9);

struct CommandRow {
  Command command;
  const char* name;
};
constexpr CommandRow kCommands[] = {
    {Command::Read, "NBD_CMD_READ"},       {Command::Write, "NBD_CMD_WRITE"},
    {Command::Disconnect, "NBD_CMD_DISC"}, {Command::Flush, "NBD_CMD_FLUSH"},
    {Command::Trim, "NBD_CMD_TRIM"},   };

struct ErrorRow {
  Error error;
  const char* name;
  IoResult result;
};
constexpr ErrorRow kErrors[] = {
    {Error::Ok, "no error", IoResult::Ok},
    {Error::NotPermitted, "NBD_EPERM", IoResult::WriteProtected},
    {Error::Io, "NBD_EIO", IoResult::MediumError},
    {Error::NoMemory, "NBD_ENOMEM", IoResult::MediumError},
    {Error::Invalid, "NBD_EINVAL", IoResult::MediumError},
    {Error::NoSpace, "NBD_ENOSPC", IoResult::NoSpace},
    {Error::Overflow, "NBD_EOVERFLOW", IoResult::MediumError},
    {Error::NotSupported, "NBD_ENOTSUP", IoResult::MediumError},
    {Error::Shutdown, "NBD_ESHUTDOWN", IoResult::Gone},
};

}  // namespace

std::string nameOf(Option option) {
  for (const OptionRow& row : kOptions) {
    if (row.option == option) return row.name;
  }
  return "option " + std::to_string(static_cast<std::uint32_t>(option));
}

std::string nameOfReply(std::uint32_t reply) {
  for (const ReplyRow& row : kReplies) {
    if (row.reply == reply) return row.name;
  }
  return "reply " + std::to_string(reply);
}

std::string nameOf(Command command) {
  for (const CommandRow& row : kCommands) {
    if (row.command == command) return row.name;
  }
  return "command " + std::to_string(static_cast<std::uint16_t>(command));
}

std::string nameOf(Error error) {
  for (const ErrorRow& row : kErrors) {
    if (row.error == error) return row.name;
  }
  return "error " + std::to_string(static_cast<std::uint32_t>(error));
}

IoResult resultOf(Error error) {
  for (const ErrorRow& row : kErrors) {
    if (row.error == error) return row.result;
  }
  return resultOf(Error::Invalid);
}

Error errorOf(IoResult result, bool writes) {
  switch (result) {
    case IoResult::Ok:
      return Error::Ok;
    case IoResult::WriteProtected:
      return Error::NotPermitted;
    case IoResult::NoSpace:
      return Error::NoSpace;
    case IoResult::OutOfRange:
      return writes ? Error::NoSpace : Error::Invalid;
    case IoResult::MediumError:
    case IoResult::Gone:  // to NBD_ESHUTDOWN some clients answer by asking again at once
      break;
  }
  return Error::Io;
}

}  // namespace nbd
