import BrowserSupport
import StrictJSON

extension Visit {
    /// An entry of the timeline, as the page shows it.
    struct Entry: Sendable {
        let name: String
        /// payme, shop, event or note.
        let direction: String
        /// good, refused, lost or plain.
        let tone: String
        let text: String
    }

    /// Oldest first.
    func timeline() async throws -> [Entry] {
        let found = try await browser.script(
            """
            return [...document.querySelectorAll('#timeline > li')].reverse().map((entry) => ({
              name: entry.dataset.name, direction: entry.dataset.direction, tone: entry.dataset.tone,
              text: entry.innerText.replace(/\\s+/g, ' ').trim(),
            }));
            """)
        return (found.arrayValue ?? []).map { entry in
            func member(_ name: String) -> String { entry[name]?.stringValue ?? "" }
            return Entry(
                name: member("name"), direction: member("direction"), tone: member("tone"), text: member("text"))
        }
    }

    /// Names of the calls that Payme has made, oldest first.
    func calls() async throws -> [String] { try await timeline().filter { $0.direction == "payme" }.map(\.name) }

    /// Notes that this very page is looked at, so that a reload would be noticed.
    func mark() async throws { try await browser.script("window.isMarked = true") }

    func isStillMarked() async throws -> Bool { try await browser.script("return window.isMarked === true") == true }
}
