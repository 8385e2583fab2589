import StrictJSON

extension Browser {
    /// A page beside others in the same browser.
    public struct Tab: Sendable, Hashable {
        let handle: String
    }

    /// The one that commands go to.
    public var tab: Tab {
        get async throws { Tab(handle: try await driver.get("/window").stringValue ?? "") }
    }

    public var tabs: [Tab] {
        get async throws {
            (try await driver.get("/window/handles").arrayValue ?? []).compactMap(\.stringValue).map(Tab.init)
        }
    }

    /// Opens an empty one; commands still go to the present one.
    public func openTab() async throws -> Tab {
        Tab(handle: try await driver.post("/window/new", ["type": "tab"])["handle"]?.stringValue ?? "")
    }

    /// From now on commands go there.
    public func turn(to tab: Tab) async throws { try await driver.post("/window", ["handle": .string(tab.handle)]) }

    /// Closes the present one; turn to another afterwards.
    public func closeTab() async throws { try await driver.delete("/window") }
}
