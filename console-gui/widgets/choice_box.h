// Entries of a box that change as the SAN does.
//
// The UI thread.
#pragma once

#include <QString>
#include <QVariant>
#include <utility>
#include <vector>

class QComboBox;

namespace console {

using Choices = std::vector<std::pair<QString, QVariant>>;  // what an entry says, and its data
// The one that is chosen stays so. Where it is not there any more, none is, until somebody chooses: another one would
// be nobody's choice, also when all entries go and others come. A box that has never had entries gets the first. One
// that has these entries already is left alone, and so is one whose list somebody has open: what he is about to choose
// there would be another. Those come with the next call.
void fillChoices(QComboBox* box, const Choices& choices);
// As if it had never had entries: another SAN is opened.
void emptyChoices(QComboBox* box);
// Whether what was chosen is not there any more.
[[nodiscard]] bool isChoiceGone(const QComboBox* box);

}  // namespace console
