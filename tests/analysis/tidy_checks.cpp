/* A plug-in of clang-tidy with a check of its own: names of functions should have two letters at least. */
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"

using namespace clang;
using namespace clang::ast_matchers;

/* What it says is in a file of its own, which is compiled in no time. */
extern "C" const char short_name_message[];

namespace {

class ShortName : public tidy::ClangTidyCheck {
public:
    using ClangTidyCheck::ClangTidyCheck;

    void registerMatchers(MatchFinder *finder) override
    {
        finder->addMatcher(functionDecl().bind("function"), this);
    }

    void check(const MatchFinder::MatchResult &result) override
    {
        const auto *function = result.Nodes.getNodeAs<FunctionDecl>("function");
        if (function->getName().size() < 2) diag(function->getLocation(), short_name_message);
    }
};

class OwnChecks : public tidy::ClangTidyModule {
public:
    void addCheckFactories(tidy::ClangTidyCheckFactories &factories) override
    {
        factories.registerCheck<ShortName>("own-short-name");
    }
};

tidy::ClangTidyModuleRegistry::Add<OwnChecks> added("own-module", "Checks of zccache's tests.");

} // namespace
