# Guards of engine/observe; ../mutants.cmake tells what they are made of.

set(file observe/screen.cpp)
gatepost_mutant(line_not_notified screen ${file}
  "wake_.notify_one();"
  "if (!OUT) wake_.notify_one();")
gatepost_mutant(writing_not_asked screen ${file}
  "return waiting_.empty() && !writing_;"
  "return waiting_.empty() && (OUT || !writing_);")
gatepost_mutant(written_not_notified screen ${file}
  "if (waiting_.empty()) drained_"
  "if (waiting_.empty() && !OUT) drained_")
