// A finding, or a rule, as rich text: the sentence, what it means, its facts, its objects as links, the controls.
//
// Links are "ref:KIND:ID"; refOfLink() reads them. Pure functions of values and the theme; the UI thread.
#pragma once

#include <QString>

#include "console-gui/model/view.h"
#include "shared/san/rules.h"

class QUrl;

namespace console {

QString findingHtml(const san::Snapshot& snapshot, const san::Finding& finding, const san::RuleRow& rule,
                    san::Seconds now);
QString ruleHtml(const san::RuleRow& rule);
QString linkTo(const san::Snapshot& snapshot, san::ObjectRef ref);
san::ObjectRef refOfLink(const QUrl& link);

}  // namespace console
