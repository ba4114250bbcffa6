// Kinds of objects, states and rules as people read them, translated: the one place where the model's words become the
// console's. Pure functions of the language that is set; the UI thread.
#pragma once

#include <QString>

#include "shared/san/finding.h"
#include "shared/san/reach.h"

namespace console {

// `san`: zone instead of discovery domain.
QString kindWord(san::Kind kind, bool plural, bool san);
// "1 host", "3 hosts".
QString counted(san::Kind kind, std::size_t count);
// With a capital in front.
QString asTitle(QString words);
QString truthWord(san::Truth truth);
QString layerWord(san::Layer layer);
QString rightWord(san::Right right);
QString severityWord(san::Severity severity);
QString chapWord(san::ChapDemand demand);
QString proofWord(san::Proof proof);
// "3 days ago", "in 2 h"; `now` and `then` in seconds since 1970 UTC.
QString agoText(san::Seconds then, san::Seconds now);
// "2026-11-27 08:15:02", in the time of the machine.
QString timeText(san::Seconds time);
// "1.5 TiB".
QString bytesText(std::uint64_t bytes);

}  // namespace console
