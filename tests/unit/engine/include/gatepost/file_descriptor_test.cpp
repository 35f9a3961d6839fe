#include <fcntl.h>
#include <gmock/gmock.h>

#include <array>
#include <gatepost/file_descriptor.hpp>

namespace gatepost {
namespace {

// The kernel gives the lowest free number again at once, so ends of pipes tell what a number cannot: whether the other
// end is still there.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    reader = FileDescriptor(ends[0]);
    writer = FileDescriptor(ends[1]);
  }
  bool has_writer() const {
    char byte = 0;
    return ::read(reader.number(), &byte, 1) != 0;
  }
  FileDescriptor reader, writer;
};

TEST(FileDescriptor, ClosesWhatItOwnsWhenItGoes) {
  Pipe pipe;
  {
    const FileDescriptor owner(std::move(pipe.writer));
    EXPECT_TRUE(owner.is_open());
    EXPECT_TRUE(pipe.has_writer());
  }
  EXPECT_FALSE(pipe.has_writer());
}

TEST(FileDescriptor, ClosesWhatItOwnedAtOnceWhenItGetsAnother) {
  Pipe former, next;
  former.writer = std::move(next.writer);
  EXPECT_FALSE(former.has_writer());
  EXPECT_TRUE(next.has_writer());
}

TEST(FileDescriptor, OwnsNothingAfterItWasReleased) {
  Pipe pipe;
  const FileDescriptor taken(pipe.writer.release());
  EXPECT_FALSE(pipe.writer.is_open());
  pipe.writer = FileDescriptor();
  EXPECT_TRUE(pipe.has_writer());
}

}  // namespace
}  // namespace gatepost
