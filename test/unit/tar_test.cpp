#include "core/migration/tar.hpp"

#include "core_interruption.hpp"
#include "failure_of.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace mig::test {
namespace {

struct Member {
    std::string path, content;
    mode_t type = AE_IFREG;
};

std::string archive_of(std::vector<Member> const &members, bool gzip = false) {
    archive *writer = archive_write_new();
    archive_write_set_format_gnutar(writer);
    if (gzip)
        archive_write_add_filter_gzip(writer);
    std::string bytes(1 << 22, '\0');
    std::size_t used = 0;
    archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
    for (Member const &member : members) {
        archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, member.path.c_str());
        archive_entry_set_filetype(entry, member.type);
        archive_entry_set_size(entry, static_cast<la_int64_t>(member.content.size()));
        archive_entry_set_perm(entry, 0644);
        if (member.type == AE_IFLNK)
            archive_entry_set_symlink(entry, "/etc/passwd");
        archive_write_header(writer, entry);
        archive_write_data(writer, member.content.data(), member.content.size());
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    archive_write_free(writer);
    bytes.resize(used);
    return bytes;
}

struct Found {
    std::map<std::string, std::string> files;
    std::vector<std::string> not_files;
};

Found read(std::string_view bytes, TarLimits const &limits = {}) {
    Found found;
    read_tar(
        bytes, limits,
        [&](TarEntry const &entry) {
            if (entry.why_not)
                found.not_files.push_back(entry.path + ": " + entry.why_not);
            return entry.path != "unwanted";
        },
        [&](std::string const &path, std::string content) { found.files[path] = std::move(content); });
    return found;
}

// The bytes as the content of a raw gzip file.
std::string gzipped(std::string const &bytes) {
    archive *writer = archive_write_new();
    archive_write_set_format_raw(writer);
    archive_write_add_filter_gzip(writer);
    std::string packed(1 << 22, '\0');
    std::size_t used = 0;
    archive_write_open_memory(writer, packed.data(), packed.size(), &used);
    archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, "x");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    archive_write_data(writer, bytes.data(), bytes.size());
    archive_entry_free(entry);
    archive_write_close(writer);
    archive_write_free(writer);
    packed.resize(used);
    return packed;
}

TEST(Tar, OneLayerOfGzipOnly) {
    std::string const plain = archive_of({{"1_a.sql", "SELECT 1"}});
    EXPECT_EQ(read(gzipped(plain)).files.size(), 1U);
    Failure const twice = failure_of([&] { (void) read(gzipped(gzipped(plain))); });
    EXPECT_EQ(twice.message, "gzip within gzip");
    EXPECT_EQ(std::string(twice.state), sqlstate::invalid_binary);
}

TEST(Tar, WhatIsPassedOverCountsToo) {
    TarLimits limits;
    limits.unpacked_bytes = 500'000;
    for (bool const gzip : {false, true}) {
        std::string const bytes = archive_of({{"unwanted", std::string(600'000, 'x')}, {"1_a.sql", "SELECT 1"}}, gzip);
        Failure const failure = failure_of([&] { (void) read(bytes, limits); });
        EXPECT_EQ(failure.message, "unpacked, the archive has more than 500000 bytes");
        EXPECT_EQ(std::string(failure.state), sqlstate::program_limit);
    }
}

// Of what is passed over, too: the library does that within one call.
TEST(Tar, IsEndedByAnInterrupt) {
    for (bool const gzip : {false, true}) {
        std::string const bytes = archive_of({{"unwanted", std::string(3'000'000, 'x')}}, gzip);
        std::size_t const before = interrupt_checks::count;
        (void) read(bytes);
        std::size_t const checks = interrupt_checks::count - before;
        EXPECT_GE(checks, 40U);
        interrupt_checks::end_at = interrupt_checks::count + checks / 2;
        EXPECT_THROW((void) read(bytes), interrupt_checks::Ended);
        interrupt_checks::end_at = 0;
    }
}

TEST(Tar, FilesOfADirectory) {
    std::string const large(300000, 'x');
    for (bool const gzip : {false, true}) {
        Found const found = read(archive_of({{"./", "", AE_IFDIR},
                                             {"./1_a.sql", "SELECT 1"},
                                             {"./sub/", "", AE_IFDIR},
                                             {"./sub//2_b.sql", ""},
                                             {"3_c.sql", large},
                                             {"unwanted", large}},
                                            gzip));
        std::map<std::string, std::string> const expected{
            {"1_a.sql", "SELECT 1"}, {"sub/2_b.sql", ""}, {"3_c.sql", large}};
        EXPECT_EQ(found.files, expected);
    }
}

TEST(Tar, LongAndForeignNames) {
    std::string const deep = std::string(120, 'd') + "/" + std::string(150, 'n') + ".sql";
    Found const found = read(archive_of({{deep, "1"}, {"1_\xC3\xBC.sql", "2"}}));
    EXPECT_EQ(found.files.count(deep), 1u);
    EXPECT_EQ(found.files.count("1_\xC3\xBC.sql"), 1u);
}

TEST(Tar, WhatIsNoFileIsTold) {
    Found const found =
        read(archive_of({{"link.sql", "", AE_IFLNK}, {"device.sql", "", AE_IFCHR}, {"fifo", "", AE_IFIFO}}));
    EXPECT_TRUE(found.files.empty());
    std::vector<std::string> const expected{"link.sql: a symbolic link", "device.sql: not a regular file",
                                            "fifo: not a regular file"};
    EXPECT_EQ(found.not_files, expected);
}

TEST(Tar, NothingInItIsNoError) { EXPECT_TRUE(read(archive_of({})).files.empty()); }

TEST(Tar, PathsThatLeadElsewhere) {
    for (const char *const path : {"/etc/passwd", "../1_a.sql", "a/../../1_a.sql", "a/.."})
        EXPECT_EQ(failure_of([&] { read(archive_of({{path, "x"}})); }).state, std::string("22P03")) << path;
}

TEST(Tar, NoArchive) {
    EXPECT_EQ(failure_of([] { read(""); }).message, "the archive is empty");
    EXPECT_EQ(failure_of([] { read("SELECT 1"); }).state, std::string("22P03"));
    EXPECT_EQ(failure_of([] { read(std::string(4096, 'x')); }).state, std::string("22P03"));
    EXPECT_EQ(failure_of([] { read("\x1f\x8b garbage"); }).state, std::string("22P03"));
}

TEST(Tar, CutShortAnywhere) {
    for (bool const gzip : {false, true}) {
        std::string const whole = archive_of({{"1_a.sql", std::string(3000, 'a')}, {"2_b.sql", "SELECT 2"}}, gzip);
        std::size_t const end = gzip ? whole.size() : whole.find_last_not_of('\0');
        for (std::size_t length = 0; length < end; length += gzip ? 1 : 64)
            EXPECT_EQ(failure_of([&] { read(whole.substr(0, length)); }).state, std::string("22P03")) << length;
    }
}

TEST(Tar, Limits) {
    std::string const bytes =
        archive_of({{"1_a.sql", std::string(600, 'a')}, {"2_b.sql", std::string(600, 'b')}}, true);
    EXPECT_EQ(read(bytes, {600, 1200, 2}).files.size(), 2u);
    EXPECT_EQ(failure_of([&] { read(bytes, {599, 1200, 2}); }).state, std::string("54000"));
    EXPECT_EQ(failure_of([&] { read(bytes, {600, 1199, 2}); }).state, std::string("54000"));
    EXPECT_EQ(failure_of([&] { read(bytes, {600, 1200, 1}); }).state, std::string("54000"));
}

} // namespace
} // namespace mig::test
