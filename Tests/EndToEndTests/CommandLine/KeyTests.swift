import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("tiyin keys")
    struct Keys {
        @Test(
            "makes, shows and revokes keys, in the database and through the server that has it",
            arguments: [false, true])
        func lifeOfAKey(hasServer: Bool) async throws {
            let folder = TemporaryFolder()
            var server = hasServer ? try await ServerProcess(.tiyin, in: folder) : nil
            let port = String(server?.port ?? 0)
            func tool(_ arguments: String...) async throws -> CommandLineTool {
                let environment = ServerProcess.environment(folder).merging(["API_PORT": port]) { $1 }
                return try await CommandLineTool.run(["keys"] + arguments, environment, in: folder)
            }
            let made = try await tool("add", "the site", "--scopes", "orders:read, orders:write", "--days", "30")
            #expect(made.isSuccess && made.errors == "", "\(made.errors)")
            let token = try #require(made.lines.last)
            let id = try #require(token.split(separator: "_").dropFirst().first.map(String.init))
            #expect(made.lines.count == 2 && made.lines[0].contains(id))
            let list = try await tool("list")
            #expect(list.lines.count == 2 && list.output.contains("the site"))
            #expect(list.output.contains("orders:read,orders:write") && list.output.contains("valid until"))
            #expect(!list.output.contains(token) && !list.output.contains(token.suffix(40)))
            if server == nil { server = try await ServerProcess(.tiyin, in: folder) }
            var shop = try #require(server).shop()
            shop.key = token
            #expect(try await shop.get("/orders").status == 200)
            #expect(try await shop.get("/transactions").status == 403)
            if !hasServer, let running = server { #expect(await running.stop() == .success) }
            #expect(try await tool("revoke", id).output == "key \(id) is revoked\n")
            if !hasServer { server = try await ServerProcess(.tiyin, in: folder) }
            var after = try #require(server).shop()
            after.key = token
            #expect(try await after.get("/orders").status == 401)
            #expect(try await tool("list").output.contains("revoked"))
            if let server { #expect(await server.stop() == .success) }
        }

        @Test("refuses what is no key with one line that names what is wrong")
        func refusals() async throws {
            let folder = TemporaryFolder()
            let environment = ServerProcess.environment(folder)
            for (arguments, words) in [
                (["add", "n", "--scopes", "orders:all"], ["scopes", "orders:read"]),
                (["add", "n", "--scopes", ""], ["scopes"]), (["add", "", "--scopes", "orders:read"], ["name"]),
                (["revoke", "x"], ["no key x"]), (["revoke", "000000000000"], ["no key 000000000000"]),
                (["revoke", "../orders/A-"], ["no key"]),
            ] {
                try await CommandLineTool.run(["keys"] + arguments, environment, in: folder).expectRefusal(words)
            }
        }
    }
}
