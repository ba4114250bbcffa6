// A finding, or a rule, as rich text: the sentence, what it means, its facts, its objects as links, the controls.
//
// Links are "ref:KIND:ID"; in what detailText() makes they lead to the object. Pure functions of values and the theme;
// the UI thread.
#pragma once

#include <QString>

#include "console-gui/model/view.h"
#include "shared/san/rules.h"

class QTextBrowser;
class QWidget;

namespace console {

class Selection;

QString findingHtml(const san::Snapshot& snapshot, const san::Finding& finding, const san::RuleRow& rule,
                    san::Seconds now);
QString ruleHtml(const san::RuleRow& rule);
QString linkTo(const san::Snapshot& snapshot, san::ObjectRef ref);
// Where such a text is shown; a link chooses its object. The name is what a screen reader says; the parent owns it.
QTextBrowser* detailText(const QString& name, Selection& selection, QWidget* parent);

}  // namespace console
