import Server
import TestSupport
import Testing

extension EndToEnd {
    @Suite("The command line")
    struct General {
        @Test("says its version, and what it can do")
        func versionAndHelp() async throws {
            let folder = TemporaryFolder()
            let version = try await CommandLineTool.run(["--version"], in: folder)
            #expect(version.isSuccess && version.output == TiyinVersion.current + "\n" && version.errors == "")
            let help = try await CommandLineTool.run(["--help"], in: folder)
            #expect(help.isSuccess)
            for command in [
                "serve", "sandbox", "conform", "orders", "transactions", "statement", "backup", "verify", "config",
            ] {
                #expect(help.output.contains("  \(command) "), "\(command)")
                let own = try await CommandLineTool.run([command, "--help"], in: folder)
                #expect(own.isSuccess && own.output.contains("USAGE: tiyin \(command)"), "\(command)")
            }
        }

        @Test("refuses commands and options that there are not, with the code that usage errors have")
        func usage() async throws {
            let folder = TemporaryFolder()
            let wrong = [
                ["server"], ["orders", "remove", "1"], ["orders", "add"], ["serve", "--port", "1"],
                ["sandbox", "--port", "x"],
                ["statement"], ["statement", "--from", "yesterday", "--to", "2026-11-30"], ["conform", "click"],
                ["statement", "--from", "1", "--to", "2", "--format", "xml"], ["transactions", "list", "--state", "3"],
            ]
            for arguments in wrong {
                let tool = try await CommandLineTool.run(arguments, in: folder)
                #expect(tool.exit.code == 64 && !tool.exit.isSignalled, "\(arguments)")
                #expect(tool.output == "" && tool.errors.hasPrefix("Error: "), "\(arguments): \(tool.errors)")
            }
        }

        @Test("config check lists every setting, where it has a secret too, and shows no secret")
        func configCheck() async throws {
            let keys = [
                "PAYME_KEY": "cashbox-key-17", "MERCHANT_API_KEY": "merchant-key-of-mine", "API_PORT": "9090",
                "CLICK_SERVICE_ID": "5", "CLICK_SECRET_KEY": "click-key-of-mine",
                "MERCHANT_WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
            ]
            let tool = try await CommandLineTool.run(["config", "check"], keys, in: TemporaryFolder())
            #expect(tool.isSuccess)
            for key in SettingKey.allCases {
                let line = tool.lines.first { $0.hasPrefix(key.rawValue + " ") }
                #expect(line?.contains(key.environmentName) == true, "\(key)")
                let isSet = keys[key.environmentName] != nil
                if key.isSecret { #expect(line?.contains(isSet ? "set, not shown" : "not set") == true, "\(key)") }
            }
            #expect(tool.lines.contains { $0.hasPrefix("api.port") && $0.contains("9090") })
            #expect(tool.lines.contains { $0.hasPrefix("payme.login") && $0.contains("Paycom (default)") })
            #expect(tool.lines.contains { $0.hasPrefix("payme.merchant_id") && $0.contains("not set") })
            #expect(!tool.output.contains("cashbox-key-17") && !tool.output.contains("merchant-key-of-mine"))
            #expect(!tool.output.contains("click-key-of-mine") && !tool.output.contains("MDEyMzQ1Njc4"))
            #expect(tool.lines.last == "The settings can be used.")
        }

        @Test("config check of settings that cannot be used still lists them, and then says why")
        func configCheckFails() async throws {
            let tool = try await CommandLineTool.run(
                ["config", "check"], ["API_PORT": "80o8", "PAYME_KEY": "cashbox-key-17"], in: TemporaryFolder())
            #expect(tool.exit == .failure)
            #expect(tool.lines.contains { $0.hasPrefix("api.port") && $0.contains("80o8") })
            #expect(tool.errors.hasPrefix("tiyin: api.port (API_PORT) must be"))
            #expect(!tool.output.contains("The settings can be used."))
        }
    }
}
