// A router of the smallest kind, in both of the ways that there are.
window.router = (go) => {
  addEventListener("popstate", () => go(location.pathname));
  window.push = (path) => {
    history.pushState(null, "", path);
    go(path);
  };
  if (window.navigation) {
    const intercept = (event) => {
      if (event.info === "router") event.intercept({ handler: async () => go(new URL(event.destination.url).pathname) });
    };
    navigation.addEventListener("navigate", intercept);
    window.navigateTo = (path) => navigation.navigate(path, { info: "router" }).finished;
  }
};
