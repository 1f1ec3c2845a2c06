#include "server/load/directory.hpp"

#include "bridge/guard.hpp"
#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mig::server {

namespace {

constexpr int max_depth = 32; // levels of directories

// `action` as in the server's messages: could not open file "...": No such file or directory.
[[noreturn]] void fail(std::string const &action, std::string const &path, int error) {
    throw Failure(error == ENOENT || error == ENOTDIR ? sqlstate::undefined_file
                  : error == EACCES                   ? sqlstate::insufficient_privilege
                  : error == ENOMEM                   ? sqlstate::out_of_memory
                                                      : sqlstate::io_error,
                  action + " \"" + path + "\": " + std::generic_category().message(error), "Nothing was loaded.",
                  error == EACCES ? "The server reads it as the operating-system user that it runs as." : "");
}

// realpath(3) follows every link, so that inside() can compare the beginnings of paths.
std::string resolve(std::string const &path) {
    std::unique_ptr<char, decltype(&std::free)> const real(::realpath(path.c_str(), nullptr), std::free);
    if (!real)
        fail("could not open", path, errno);
    return real.get();
}

struct CloseDirectory {
    void operator()(DIR *stream) const { ::closedir(stream); }
};

bool inside(std::string const &path, std::string const &root) {
    return root == "/" ||
           (path.size() > root.size() && path.compare(0, root.size(), root) == 0 && path[root.size()] == '/');
}

// Opens the path one component at a time and without following links: a link could have been put there after the path
// was checked. If that fails, the descriptor is negative and errno is set. O_NONBLOCK, because opening a FIFO would
// block.
Descriptor open_without_links(int root, std::string const &path) {
    constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    Descriptor current(-1);
    for (std::size_t begin = 0;;) {
        std::size_t const slash = path.find('/', begin);
        std::string const name = path.substr(begin, slash - begin);
        bool const last = slash == std::string::npos;
        int const parent = begin == 0 ? root : current.number();
        current = Descriptor(::openat(parent, name.c_str(), last ? flags : flags | O_DIRECTORY));
        if (last || current.number() < 0)
            return current;
        begin = slash + 1;
    }
}

// Asks for one byte more than fstat() reported. Most files are thus read by a single call, and growth is noticed.
std::string read_all(int file, std::size_t size, std::string const &path) {
    constexpr std::size_t block = 1 << 20; // between checks for interrupts
    std::string content(size + 1, '\0');
    std::size_t length = 0;
    while (length < content.size()) {
        pg::check_for_interrupts();
        ssize_t const got = ::read(file, content.data() + length, std::min(block, content.size() - length));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail("could not read file", path, errno);
        length += static_cast<std::size_t>(got);
        if (got == 0 || length == size) // if it has grown since, the caller's second fstat() shows that
            break;
    }
    content.resize(length);
    return content;
}

bool changed_between(struct stat const &before, struct stat const &after) {
    return before.st_mtim.tv_sec != after.st_mtim.tv_sec || before.st_mtim.tv_nsec != after.st_mtim.tv_nsec ||
           before.st_size != after.st_size;
}

} // namespace

Directory::Directory(std::string const &path)
    : root_(resolve(path)), descriptor_(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_.number() < 0)
        fail("could not open directory", root_, errno);
    walk("", 0);
    std::sort(items_.begin(), items_.end(), [](Item const &a, Item const &b) { return a.path < b.path; });
}

void Directory::walk(std::string const &relative, int depth) {
    std::string const path = root_ + "/" + relative;
    std::vector<std::pair<std::string, unsigned char>> names; // with d_type, which is DT_UNKNOWN on some file systems
    {
        std::unique_ptr<DIR, CloseDirectory> const stream(::opendir(path.c_str()));
        if (!stream)
            fail("could not open directory", path, errno);
        errno = 0;
        while (dirent const *entry = ::readdir(stream.get())) {
            check_for_interrupts();
            if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
                names.emplace_back(entry->d_name, entry->d_type);
            errno = 0;
        }
        if (errno != 0)
            fail("could not read directory", path, errno);
    }
    for (auto const &[name, type] : names) {
        pg::check_for_interrupts();
        std::string const child = relative.empty() ? name : relative + "/" + name;
        if (type == DT_REG)
            items_.push_back({child, ""}); // spares an lstat()
        else
            add(child, depth);
    }
}

void Directory::add(std::string const &relative, int depth) {
    std::string const path = root_ + "/" + relative;
    struct stat info;
    if (::lstat(path.c_str(), &info) != 0)
        fail("could not stat file", path, errno);
    bool const link = S_ISLNK(info.st_mode);
    if (link) {
        std::unique_ptr<char, decltype(&std::free)> const target(::realpath(path.c_str(), nullptr), std::free);
        if (!target)
            return items_.push_back({relative, "a symbolic link that leads nowhere"});
        if (target.get() != root_ && !inside(target.get(), root_))
            return items_.push_back({relative, "a symbolic link that leads out of the directory"});
        if (::stat(path.c_str(), &info) != 0)
            fail("could not stat file", path, errno);
    }
    if (S_ISREG(info.st_mode))
        return items_.push_back({relative, ""});
    if (!S_ISDIR(info.st_mode))
        return items_.push_back({relative, "not a regular file"});
    std::size_t const slash = relative.rfind('/');
    if (relative[slash == std::string::npos ? 0 : slash + 1] == '.')
        return items_.push_back({relative, "a hidden directory"});
    if (link)
        return items_.push_back({relative, "a symbolic link to a directory"});
    if (depth == max_depth)
        return items_.push_back({relative, "too many directories deep"});
    walk(relative, depth + 1);
}

Descriptor Directory::open(std::string const &relative) const {
    Descriptor file = open_without_links(descriptor_.number(), relative);
    if (file.number() >= 0)
        return file;
    // Most likely there is a link in the path. Resolve and check it again, as the tree may have changed since the walk.
    std::string const path = resolve(root_ + "/" + relative);
    if (!inside(path, root_))
        throw Failure(sqlstate::io_error, "\"" + relative + "\" has become a link that leads out of the directory");
    file = open_without_links(descriptor_.number(), path.substr(root_ == "/" ? 1 : root_.size() + 1));
    if (file.number() < 0)
        fail("could not open file", path, errno);
    return file;
}

std::string Directory::read(std::string const &relative) const {
    Descriptor const file = open(relative);
    std::string const path = root_ + "/" + relative;
    struct stat info;
    if (::fstat(file.number(), &info) != 0)
        fail("could not stat file", path, errno);
    if (!S_ISREG(info.st_mode))
        throw Failure(sqlstate::io_error, "\"" + relative + "\" is not a regular file any more");
    if (static_cast<std::uint64_t>(info.st_size) >= MaxAllocSize / 2)
        throw Failure(sqlstate::program_limit,
                      "file \"" + relative + "\" of " + std::to_string(info.st_size) + " bytes is too large",
                      "Nothing was loaded.");
    std::string content = read_all(file.number(), static_cast<std::size_t>(info.st_size), path);
    struct stat after;
    if (::fstat(file.number(), &after) != 0)
        fail("could not stat file", path, errno);
    if (content.size() != static_cast<std::size_t>(after.st_size) || changed_between(info, after))
        throw Failure(sqlstate::io_error, "\"" + relative + "\" changed while it was read", "Nothing was loaded.",
                      "Load the directory when nothing writes to it.");
    return content;
}

} // namespace mig::server
