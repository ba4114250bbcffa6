// Parts of the Reports page that know no page: what a check has found, as rich text. The UI thread.
#pragma once

#include "console-gui/report/pack_check.h"

namespace console {

QString checkHtml(const PackCheck& check);

}  // namespace console
