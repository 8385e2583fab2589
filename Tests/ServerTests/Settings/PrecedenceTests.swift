import Foundation
import Payme
import TestSupport
import Testing

@testable import Server

@Suite("A setting comes from the environment, else from .env, else from tiyin.yaml, else it has its default")
struct PrecedenceTests {
    private static let yaml = """
        payme:
          key: from-the-yaml-file
          account_field: yaml
        """
    private static let env = """
        PAYME_KEY=from-the-env-file
        PAYME_ACCOUNT_FIELD=dotenv
        """

    @Test("each in its turn")
    func turns() throws {
        let environment = ["PAYME_ACCOUNT_FIELD": "environment", "PAYME_KEY": "from-the-environment"]
        let both = try SettingsFolder(env: Self.env, yaml: Self.yaml)
        #expect(try both.settings(environment).payme?.accountField == "environment")
        #expect(try both.settings(environment).payme?.key == "from-the-environment")
        #expect(try both.settings().payme?.accountField == "dotenv")
        #expect(try both.settings().payme?.key == "from-the-env-file")
        let yamlOnly = try SettingsFolder(yaml: Self.yaml)
        #expect(try yamlOnly.settings().payme?.accountField == "yaml")
        let nothing = try SettingsFolder()
        #expect(try nothing.settings(["PAYME_KEY": "12345678"]).payme?.accountField == "order_id")
    }

    @Test("one by one, not file by file")
    func single() throws {
        let folder = try SettingsFolder(env: "PAYME_LOGIN=Shop", yaml: Self.yaml)
        let payme = try folder.settings(["PAYME_MODE": "sandbox"]).payme
        #expect(payme?.login == "Shop")
        #expect(payme?.accountField == "yaml")
        #expect(payme?.checkoutURL == "https://test.paycom.uz")
    }

    @Test("and another file may stand for tiyin.yaml, which must then exist")
    func otherFile() throws {
        let folder = try SettingsFolder(yaml: Self.yaml)
        let path = folder.folder.file("other.yaml")
        try "payme: {key: 12345678, account_field: other}".write(toFile: path, atomically: true, encoding: .utf8)
        let source = try SettingSource(environment: [:], folder: folder.folder.path, file: path)
        #expect(try ServerSettings(source).payme?.accountField == "other")
        #expect(throws: SettingsError.self) {
            try SettingSource(environment: [:], folder: folder.folder.path, file: path + "x")
        }
    }

    @Test("and an empty value is set, and wrong, wherever it stands")
    func empty() throws {
        let complaint = "payme.login (PAYME_LOGIN) is set but empty: give it a value or remove it"
        #expect(try SettingsFolder().complaint(["PAYME_KEY": "12345678", "PAYME_LOGIN": ""]) == complaint)
        #expect(try SettingsFolder(env: "PAYME_KEY=12345678\nPAYME_LOGIN=").complaint() == complaint)
        #expect(try SettingsFolder(env: "PAYME_KEY=12345678\nPAYME_LOGIN=''").complaint() == complaint)
        #expect(try SettingsFolder(yaml: "payme: {key: a-b-c-d-e, login: ''}").complaint() == complaint)
        // It does not fall through to a file.
        #expect(try SettingsFolder(env: Self.env).complaint(["PAYME_KEY": ""]).contains("is set but empty"))
    }

    @Test("and nothing at all is a server without gateways")
    func nothing() throws {
        for folder in [
            try SettingsFolder(), try SettingsFolder(env: "", yaml: ""),
            try SettingsFolder(env: "\n# a\n", yaml: "\r\n  \n"),
            try SettingsFolder(yaml: "# payme:\n#   key: later\n"), try SettingsFolder(yaml: "---\n"),
        ] {
            let settings = try folder.settings()
            #expect(settings.payme == nil)
            #expect(settings.merchantKey == nil)
        }
    }
}
