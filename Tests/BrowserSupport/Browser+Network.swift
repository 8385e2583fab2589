import StrictJSON
import TestSupport

extension Browser {
    /// The addresses that pages have asked for since the last call, those of pictures inside the page left out.
    ///
    /// Also what was refused, and what a page asked for in the background.
    public func requests() async throws -> [String] {
        let lines = try await driver.post("/se/log", ["type": "performance"]).arrayValue ?? []
        return lines.compactMap { line in
            guard let text = line["message"]?.stringValue,
                let message = try? JSONValue(parsing: Array(text.utf8), limits: .generous)["message"],
                message["method"] == "Network.requestWillBeSent",
                let url = message["params"]?["request"]?["url"]?.stringValue
            else { return nil }
            return url.hasPrefix("data:") ? nil : url
        }
    }

    /// Whether pages may run scripts of their own; those of the tests run always.
    public func allowScripts(_ isAllowed: Bool) async throws {
        try await devTools("Emulation.setScriptExecutionDisabled", ["value": .bool(!isAllowed)])
    }
}
