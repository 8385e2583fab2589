import Foundation
public import StrictJSON
import Synchronization

extension Browser {
    /// A line of the browser's console, or of its network log: a script's error, a file that was not found.
    public struct LogEntry: Sendable, CustomStringConvertible {
        /// SEVERE, WARNING, INFO or DEBUG.
        public let level: String
        /// `console-api`, `javascript`, `network`, …
        public let source: String
        public let message: String
        public var isError: Bool { level == "SEVERE" }
        public var description: String { "\(level) \(source): \(message)" }
    }

    /// What the page has said since the last call.
    public func console() async throws -> [LogEntry] {
        let lines = try await driver.post("/se/log", ["type": "browser"]).arrayValue ?? []
        return lines.map { line in
            LogEntry(
                level: line["level"]?.stringValue ?? "", source: line["source"]?.stringValue ?? "",
                message: line["message"]?.stringValue ?? "")
        }
    }

    /// Sets the size of the window from outside, CSS pixels; 500 wide or more.
    public func resize(_ width: Int, _ height: Int) async throws {
        try await driver.post("/window/rect", ["width": .integer(Int64(width)), "height": .integer(Int64(height))])
        _ = try await wait(for: "a window \(width) wide") {
            try await self.script("return outerWidth === arguments[0]", [.integer(Int64(width))]) == true ? true : nil
        }
    }

    /// Sets the size of what the page sees, also narrower than any window may be: a telephone has 390 by 844.
    public func viewport(_ width: Int, _ height: Int) async throws {
        let present = try await pageSize()
        ownSize.withLock { if $0 == nil { $0 = present } }
        let (width, height) = (JSONValue.integer(Int64(width)), JSONValue.integer(Int64(height)))
        try await devTools(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
        try await awaitSize([width, height])
    }

    /// Gives the page the window's own size again.
    public func clearViewport() async throws {
        try await devTools("Emulation.clearDeviceMetricsOverride")
        let size = ownSize.withLock { size in
            defer { size = nil }
            return size
        }
        if let size { try await awaitSize(size) }
    }

    private func pageSize() async throws -> JSONValue { try await script("return [innerWidth, innerHeight]") }

    /// The command is answered before the page has its new size.
    private func awaitSize(_ size: JSONValue) async throws {
        _ = try await wait(for: "the size \(size.text)") { try await self.pageSize() == size ? true : nil }
    }

    /// How the user likes pages to look.
    public enum ColorScheme: String, Sendable, CaseIterable {
        case light, dark
    }

    public func prefer(_ scheme: ColorScheme) async throws {
        try await emulate(["prefers-color-scheme": scheme.rawValue])
    }

    /// Sets media features, `prefers-reduced-motion` for one; those that are left out are as usual again.
    public func emulate(_ features: [String: String]) async throws {
        let list = features.sorted { $0.key < $1.key }.map { name, value -> JSONValue in
            ["name": .string(name), "value": .string(value)]
        }
        try await devTools("Emulation.setEmulatedMedia", ["features": .array(list)])
    }

    /// From the next page on: what `Accept-Language` and `navigator.language` say.
    public func prefer(language: String) async throws {
        let agent = try await script("return navigator.userAgent")
        try await devTools(
            "Emulation.setUserAgentOverride", ["userAgent": agent, "acceptLanguage": .string(language)])
    }

    /// A command of the browser's own protocol.
    @discardableResult
    public func devTools(_ command: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
        try await driver.post("/goog/cdp/execute", ["cmd": .string(command), "params": parameters])
    }

    /// Keeps what the page looks like, as `NAME.png` in the folder `TIYIN_ARTEFACTS`, by default `.build/screenshots`.
    /// - Returns: the path.
    @discardableResult
    public func screenshot(_ name: String) async throws -> String {
        let answer = try await driver.get("/screenshot")
        guard let image = answer.stringValue.flatMap({ Data(base64Encoded: $0) }) else {
            throw WebDriverError(command: "screenshot", code: "unknown error", message: "no image came")
        }
        let folder = ProcessInfo.processInfo.environment["TIYIN_ARTEFACTS"] ?? ".build/screenshots"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(name).png"
        try image.write(to: URL(fileURLWithPath: path))
        return path
    }

    /// A key that has no character.
    public enum Key: String, Sendable {
        case tab = "\u{E004}"
        case enter = "\u{E007}"
        case escape = "\u{E00C}"
        case space = " "
        case shift = "\u{E008}"
        case left = "\u{E012}"
        case up = "\u{E013}"
        case right = "\u{E014}"
        case down = "\u{E015}"
    }

    /// Presses and lets go, one key after the other; those in `holding` are held meanwhile.
    public func press(_ keys: Key..., holding: [Key] = []) async throws {
        func action(_ type: String, _ key: Key) -> JSONValue {
            ["type": .string(type), "value": .string(key.rawValue)]
        }
        var actions = holding.map { action("keyDown", $0) }
        for key in keys { actions += [action("keyDown", key), action("keyUp", key)] }
        actions += holding.reversed().map { action("keyUp", $0) }
        try await driver.post("/actions", ["actions": [["type": "key", "id": "keyboard", "actions": .array(actions)]]])
    }
}
