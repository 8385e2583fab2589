import BrowserSupport
import Foundation
import StrictJSON
import TestSupport
import Testing

/// One browser at a time: each takes some hundred megabytes.
@Suite("In a browser", .serialized)
enum InABrowser {}

extension InABrowser {
    @Suite("The browser client")
    struct Client {
        private static let page = """
            <!doctype html><html lang="en"><head><title>Till</title>
            <style>
              body { background: rgb(255, 255, 255) }
              @media (prefers-color-scheme: dark) { body { background: rgb(0, 0, 0) } }
            </style></head>
            <body><main><h1>Till</h1>
            <form onsubmit="document.querySelector('output').textContent = 'paid ' + this.sum.value; return false">
              <label for="sum">Sum, so'm</label> <input id="sum" name="sum" data-kind="money" value="">
              <label><input type="checkbox" id="agree"> I agree</label>
              <button>Pay</button> <output></output>
            </form>
            <script>
              console.error('a line of the console');
              setTimeout(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=late>late</p>'), 300);
            </script></main></body></html>
            """

        @Test("finds, types, presses, reads, and knows roles and names as a screen reader does")
        func form() async throws {
            try await PageServer.browse(["/": Self.page]) { browser, server in
                try await browser.go(server.url + "/")
                #expect(try await browser.title == "Till")
                #expect(try await browser.url == server.url + "/")
                let field = try await browser.find("#sum")
                #expect(try await field.role == "textbox")
                #expect(try await field.label == "Sum, so'm")
                #expect(try await field.attribute("data-kind") == "money")
                #expect(try await field.attribute("missing") == nil)
                try await field.type("5000 soʻm")
                #expect(try await field.property("value") == "5000 soʻm")
                #expect(try await field.attribute("value") == "")
                #expect(try await browser.find("#agree").isSelected == false)
                try await browser.find("label:nth-of-type(2)").click()
                #expect(try await browser.find("#agree").isSelected)
                try await browser.find("button").click()
                #expect(try await browser.find("output").text == "paid 5000 soʻm")
                try await field.clear()
                #expect(try await field.property("value") == "")
                #expect(try await browser.all("label").count == 2)
                #expect(try await browser.script("return arguments[0] + 1", [41]) == 42)
                #expect(try await browser.script("return arguments[0].id", [field.reference]) == "sum")
            }
        }

        @Test("waits for what comes later, and says what did not come")
        func waiting() async throws {
            try await PageServer.browse(["/": Self.page]) { browser, server in
                try await browser.go(server.url + "/")
                #expect(try await browser.awaited("#late").text == "late")
                let timeout = await #expect(throws: BrowserTimeout.self) {
                    try await browser.awaited("#never", within: .milliseconds(100))
                }
                #expect(timeout?.description.contains("an element #never did not come within") == true)
                let missing = await #expect(throws: WebDriverError.self) { try await browser.find("#never") }
                #expect(missing?.code == "no such element")
            }
        }

        @Test("the Tab key goes through the page in its order, and back")
        func focus() async throws {
            try await PageServer.browse(["/": Self.page]) { browser, server in
                try await browser.go(server.url + "/")
                var order: [String] = []
                for _ in 0..<3 {
                    try await browser.press(.tab)
                    let focused = try await browser.focused()
                    let tag = try await focused.tag
                    order.append(try await focused.attribute("id") ?? tag)
                }
                #expect(order == ["sum", "agree", "button"])
                try await browser.press(.tab, holding: [.shift])
                #expect(try await browser.focused().isSame(as: browser.find("#agree")))
                try await browser.press(.space)
                #expect(try await browser.find("#agree").isSelected)
            }
        }

        @Test("windows, colour schemes and languages are as one wishes")
        func emulation() async throws {
            try await PageServer.browse(["/": Self.page]) { browser, server in
                try await browser.go(server.url + "/")
                let width = "return innerWidth"
                try await browser.resize(700, 600)
                #expect(try await eventually { try await browser.script(width) == 700 })
                try await browser.viewport(390, 844)
                #expect(try await browser.script(width) == 390)
                try await browser.clearViewport()
                #expect(try await browser.script(width) == 700)
                let body = try await browser.find("body")
                try await browser.prefer(.dark)
                #expect(try await body.style("background-color") == "rgba(0, 0, 0, 1)")
                try await browser.prefer(.light)
                #expect(try await body.style("background-color") == "rgba(255, 255, 255, 1)")
                try await browser.prefer(language: "uz")
                try await browser.go(server.url + "/language")
                #expect(try await browser.find("body").text.hasPrefix("uz"))
                #expect(try await browser.script("return navigator.language") == "uz")
            }
        }

        @Test("the console is read, a missing file is in it, and a screenshot is kept")
        func console() async throws {
            try await PageServer.browse(["/": Self.page]) { browser, server in
                try await browser.go(server.url + "/")
                _ = try await browser.awaited("#late")
                let lines = try await browser.console().filter { !$0.message.contains("favicon") }
                #expect(lines.map(\.isError) == [true] && lines[0].message.contains("a line of the console"))
                #expect(try await browser.console().isEmpty)
                try await browser.go(server.url + "/none")
                #expect(try await browser.console().contains { $0.source == "network" && $0.message.contains("404") })
                let path = try await browser.screenshot("self-test")
                let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                #expect(bytes.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
                let folder = ProcessInfo.processInfo.environment["TIYIN_ARTEFACTS"] ?? ".build/screenshots"
                #expect(path == folder + "/self-test.png")
            }
        }

        @Test("nothing but 127.0.0.1 can be reached, by no name")
        func loopback() async throws {
            try await PageServer.browse(["/": Self.page]) { browser, server in
                for address in ["http://example.com/", server.url.replacing("127.0.0.1", with: "localhost")] {
                    let refusal = await #expect(throws: WebDriverError.self) { try await browser.go(address) }
                    #expect(refusal?.message.contains("ERR_NAME_NOT_RESOLVED") == true, "\(address)")
                }
                try await browser.go(server.url + "/")
            }
        }

        @Test("a driver that is stopped takes the browser along, and leaves no folder")
        func end() async throws {
            var driver: ChromeDriver? = try await ChromeDriver()
            let path = try #require(driver?.folder.path)
            let browsers = try await Self.openTwo(#require(driver))
            #expect(browsers.count == 2 && browsers.allSatisfy(RunningProcess.exists))
            await driver?.stop()
            #expect(!browsers.contains(where: RunningProcess.exists))
            driver = nil
            #expect(!FileManager.default.fileExists(atPath: path))
        }

        private static func openTwo(_ driver: ChromeDriver) async throws -> [Int32] {
            let browser = try await Browser(driver)
            let other = try await Browser(driver)
            #expect(try await browser.script("return navigator.userAgent").stringValue?.contains("Chrome") == true)
            #expect(try await other.url == "about:blank")
            return driver.browserProcesses
        }

        @Test("a driver does not outlive a test that was killed, nor does its browser")
        func killed() async throws {
            let folder = TemporaryFolder()
            let note = folder.file("note")
            await #expect(processExitsWith: .signal(SIGKILL)) { [note = note as String] in
                let driver = try await ChromeDriver()
                _ = try await Browser(driver)
                let numbers = ([driver.processIdentifier] + driver.browserProcesses).map(String.init)
                let text = ([driver.folder.path] + numbers).joined(separator: " ")
                try text.write(toFile: note, atomically: true, encoding: .utf8)
                kill(getpid(), SIGKILL)
            }
            let words = try String(contentsOfFile: note, encoding: .utf8).split(separator: " ").map(String.init)
            let numbers = words.dropFirst().compactMap { Int32($0) }
            #expect(numbers.count == 2)
            #expect(await eventually { !numbers.contains(where: RunningProcess.exists) })
            try FileManager.default.removeItem(atPath: #require(words.first))
        }

        @Test("without chromedriver the sentence says what to install")
        func missing() async throws {
            let failure = await #expect(throws: BrowserUnavailable.self) {
                try await ChromeDriver(drivers: ["/nowhere/chromedriver"])
            }
            #expect(failure?.description.contains("chromedriver is not installed") == true)
            #expect(failure?.description.contains("chromium-driver") == true)
        }

        @Test("a driver that does not start is ended, and what it said is told")
        func broken() async throws {
            let folder = TemporaryFolder()
            let path = folder.file("chromedriver")
            try "#!/bin/sh\necho no display\nexec sleep 1000\n".write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            let failure = await #expect(throws: BrowserUnavailable.self) {
                try await ChromeDriver(drivers: [path], patience: .milliseconds(500))
            }
            #expect(failure?.description == "\(path) does not start: no display\n")
        }
    }
}
