import Foundation
public import StrictJSON
import Synchronization
import TestSupport

/// A headless Chromium with a profile of its own, driven as a person would drive it. It reaches 127.0.0.1 and nothing
/// else.
public final class Browser: Sendable {
    let driver: WebDriver
    /// Keeps the driver's process alive as long as a browser needs it.
    private let process: ChromeDriver
    private let profile: String
    /// What the page saw before ``viewport(_:_:)``; nil while it sees the window's own size.
    let ownSize = Mutex<JSONValue?>(nil)

    /// - Parameters:
    ///   - width, height: of the window, CSS pixels. A window is never narrower than 500; see ``viewport(_:_:)``.
    ///   - language: what the browser asks servers for.
    /// - Throws: ``BrowserUnavailable``, ``WebDriverError``
    public init(
        _ process: ChromeDriver, width: Int = 1280, height: Int = 900, language: String = "en"
    ) async throws {
        let binary = try ChromeDriver.first(
            of: ChromeDriver.browsers, "chromium", package: "chromium", cask: "chromium")
        profile = process.folder.file("profile-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: profile, withIntermediateDirectories: false)
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--window-size=\(width),\(height)", "--lang=\(language)", "--accept-lang=\(language)",
            "--user-data-dir=\(profile)", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-proxy-server",
            "--hide-scrollbars", "--force-color-profile=srgb",
            // Ends with the driver.
            "--remote-debugging-pipe",
            // Nobody outside this machine is asked, not even for a name.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        ]
        let capabilities: JSONValue = [
            "browserName": "chrome", "goog:loggingPrefs": ["browser": "ALL", "performance": "ALL"],
            "goog:chromeOptions": [
                "binary": .string(binary), "args": .array(arguments.map { .string($0) }),
                "prefs": ["intl.accept_languages": .string(language)],
            ],
        ]
        let server = WebDriver(base: "http://127.0.0.1:\(process.port)")
        let answer = try await server.post("/session", ["capabilities": ["alwaysMatch": capabilities]])
        guard let id = answer["sessionId"]?.stringValue else {
            throw BrowserUnavailable("chromedriver gave no session: \(answer.text)")
        }
        if let number = answer["capabilities"]?["goog:processID"]?.integerValue { process.opened(Int32(number)) }
        driver = WebDriver(base: server.base + "/session/\(id)")
        self.process = process
        // Not the browser's own first page, which has a console and requests of its own.
        try await go("about:blank")
    }

    /// Ends it and removes its profile.
    public func close() async {
        _ = try? await driver.delete("")
        try? FileManager.default.removeItem(atPath: profile)
    }

    /// A driver and a browser for the closure; both are gone afterwards, whatever happened.
    public static func with<T>(
        width: Int = 1280, height: Int = 900, language: String = "en", _ body: (Browser) async throws -> T
    ) async throws -> T {
        let process = try await ChromeDriver()
        do {
            let browser = try await Browser(process, width: width, height: height, language: language)
            let result = try await body(browser)
            await browser.close()
            await process.stop()
            return result
        } catch {
            await process.stop()
            throw error
        }
    }

    // Pages

    /// Opens a page and waits until it is loaded.
    public func go(_ url: String) async throws { try await driver.post("/url", ["url": .string(url)]) }

    public func reload() async throws { try await driver.post("/refresh") }

    public var url: String {
        get async throws { try await driver.get("/url").stringValue ?? "" }
    }

    public var title: String {
        get async throws { try await driver.get("/title").stringValue ?? "" }
    }

    /// Runs the body of a function in the page; `arguments[0]`, … are what is handed over, `return` is the answer.
    @discardableResult
    public func script(_ body: String, _ arguments: [JSONValue] = []) async throws -> JSONValue {
        try await driver.post("/execute/sync", ["script": .string(body), "args": .array(arguments)])
    }

    // Elements

    /// The first that a CSS selector finds.
    /// - Throws: ``WebDriverError`` with the code `no such element`.
    public func find(_ css: String) async throws -> Element {
        let query: JSONValue = ["using": "css selector", "value": .string(css)]
        return try element(try await driver.post("/element", query))
    }

    /// All that a CSS selector finds, in the order of the page.
    public func all(_ css: String) async throws -> [Element] {
        let query: JSONValue = ["using": "css selector", "value": .string(css)]
        return try (try await driver.post("/elements", query).arrayValue ?? []).map(element)
    }

    /// The first that a CSS selector finds, as soon as it is there.
    public func awaited(_ css: String, within limit: Duration = .seconds(10)) async throws -> Element {
        try await wait(for: "an element \(css)", within: limit) {
            do {
                return try await self.find(css)
            } catch let error as WebDriverError where error.code == "no such element" {
                return nil
            }
        }
    }

    /// The text of the first that a CSS selector finds, as soon as it is there. A page that goes away in between is none.
    public func text(of css: String, within limit: Duration = .seconds(10)) async throws -> String {
        try await wait(for: "the text of \(css)", within: limit) {
            do {
                return try await self.find(css).text
            } catch let error as WebDriverError where error.isOfPageThatIsGone {
                return nil
            }
        }
    }

    /// The element that has the focus.
    public func focused() async throws -> Element { try element(try await driver.get("/element/active")) }

    /// Looks again and again until there is an answer.
    /// - Parameter what: for the error.
    /// - Throws: ``BrowserTimeout`` if there is none within the time; what the closure throws.
    public func wait<T>(
        for what: String, within limit: Duration = .seconds(10), _ condition: () async throws -> T?
    ) async throws -> T {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            if let found = try await condition() { return found }
            guard clock.now < end else { throw BrowserTimeout(what: what, limit: limit, url: try await url) }
            try await clock.sleep(for: .milliseconds(25))
        }
    }

    private func element(_ reference: JSONValue) throws -> Element {
        guard let id = reference[Element.key]?.stringValue else {
            throw WebDriverError(command: "element", code: "no such element", message: reference.text)
        }
        return Element(driver: driver, id: id)
    }
}

/// What was waited for did not come.
public struct BrowserTimeout: Error, CustomStringConvertible {
    let what: String
    let limit: Duration
    let url: String
    public var description: String { "\(what) did not come within \(limit) at \(url)" }
}
