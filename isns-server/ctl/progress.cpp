#include "isns-server/ctl/progress.h"

#include "isns-server/ctl/machine.h"
#include "shared/ctl/views.h"

namespace ctl {
namespace {
using std::chrono::milliseconds;
}

Progress::Progress(Context& context, std::string what)
    : context_(context),
      what_(std::move(what)),
      shows_(context.machine != nullptr && context.machine->showsErrorTerminal()),
      begin_(context.now()),
      next_(milliseconds(500)) {}

Progress::~Progress() {
  if (drawn_) context_.err << "\r\x1b[K" << std::flush;
}

void Progress::received(std::uint64_t bytes) {
  if (!shows_) return;
  const base::Duration passed = context_.now().mono - begin_.mono;
  if (passed < next_) return;
  next_ = passed + milliseconds(250);
  drawn_ = true;
  context_.err << "\r\x1b[K" << what_ << " ... "
               << std::to_string(std::chrono::duration_cast<std::chrono::seconds>(passed).count()) << " s";
  if (bytes > 0) context_.err << ", " << sizeText(bytes);
  context_.err << std::flush;
}

}  // namespace ctl
