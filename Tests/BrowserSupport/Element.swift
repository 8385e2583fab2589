public import StrictJSON

/// An element of the page that is open.
public struct Element: Sendable {
    let driver: WebDriver
    let id: String

    /// By this member the standard knows a reference to an element.
    static let key = "element-6066-11e4-a52e-4f735466cecf"

    /// To be handed to a script.
    public var reference: JSONValue { .object([Self.key: .string(id)]) }

    public func click() async throws { try await driver.post("/element/\(id)/click") }

    /// Types at the end of what stands there.
    public func type(_ text: String) async throws {
        try await driver.post("/element/\(id)/value", ["text": .string(text)])
    }

    public func clear() async throws { try await driver.post("/element/\(id)/clear") }

    /// What is to be seen of its text.
    public var text: String { get async throws { try await text(of: "text") } }

    /// What a screen reader calls it: `button`, `textbox`, `heading`.
    public var role: String { get async throws { try await text(of: "computedrole") } }

    /// Its accessible name, as the browser computes it.
    public var label: String { get async throws { try await text(of: "computedlabel") } }

    public var tag: String { get async throws { try await text(of: "name") } }

    public var isEnabled: Bool { get async throws { try await ask("enabled") == true } }

    public var isSelected: Bool { get async throws { try await ask("selected") == true } }

    public var isDisplayed: Bool { get async throws { try await ask("displayed") == true } }

    /// As it stands in the markup; nil if it does not.
    public func attribute(_ name: String) async throws -> String? { try await ask("attribute/\(name)").stringValue }

    /// As scripts see it now.
    public func property(_ name: String) async throws -> JSONValue { try await ask("property/\(name)") }

    /// A computed style.
    public func style(_ name: String) async throws -> String { try await text(of: "css/\(name)") }

    /// Whether both are the same element of the page.
    public func isSame(as other: Element) -> Bool { id == other.id }

    private func ask(_ what: String) async throws -> JSONValue { try await driver.get("/element/\(id)/\(what)") }

    private func text(of what: String) async throws -> String { try await ask(what).stringValue ?? "" }
}
